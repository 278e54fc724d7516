#!/usr/bin/python3
"""subscribe_asyncio.py LIVE REPLAY SEQ KEY...: as subscribe.py, with zmq.asyncio; only the waiting is another."""
import asyncio, sys
import zmq, zmq.asyncio
from subscribe import Position, read


async def replay(endpoint, at):
    with zmq.asyncio.Context.instance().socket(zmq.DEALER) as dealer:
        dealer.linger, ended = 0, None
        dealer.connect(endpoint)
        await dealer.send_multipart(at.request())
        while ended is None and await dealer.poll(5000):
            ended = at.answer(await dealer.recv_multipart())
            await dealer.send(b"MORE 1")
        return ended


async def follow(live, endpoint, at):
    """Until its task is cancelled."""
    with zmq.asyncio.Context.instance().socket(zmq.SUB) as sub:
        sub.sndhwm = sub.rcvhwm = sub.linger = 0
        sub.connect(live)
        for key in [*at.keys, "sys/heartbeat"]:
            sub.subscribe(key)
        lost = at.base >= 0
        while True:
            while lost and not await replay(endpoint, at):
                await asyncio.sleep(0.2)
            lost = at.hear(read(await sub.recv_multipart()))


if __name__ == "__main__":
    asyncio.run(follow(*sys.argv[1:3], Position(int(sys.argv[3]), sys.argv[4:])))
