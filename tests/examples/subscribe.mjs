#!/usr/bin/env node
// subscribe.mjs LIVE REPLAY SEQ KEY...: prints what comes after SEQ (-1: from now on), with zeromq.js, each once.
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";

const [live, endpoint, start, ...keys] = process.argv.slice(2);
let base = Number(start); // everything up to this seq is had, under every key
let last = new Map(); // beyond it: the last seq had, by key

function read(frames) {
  const [nw, kind, seq, prev, , id, version, ...rest] = String(frames[1] ?? "").split(" ");
  if (nw !== "NW1" || version === undefined || rest.length) return null; // frames that we do not know
  return { key: String(frames[0]), kind, seq: Number(seq), prev: Number(prev), id, version, json: frames[2] };
}

const lacks = (key, seq) => keys.some(k => key.startsWith(k)) && seq > Math.max(base, last.get(key) ?? 0);

function isLoss(m) { // whether a live message tells of one
  const beats = m.kind === "heartbeat";
  if (base < 0) base = beats ? m.seq : m.seq - 1;
  const had = beats ? Object.entries(JSON.parse(m.json).last) : [[m.key, m.prev]];
  const loss = (beats && m.seq < base) || had.some(([key, seq]) => lacks(key, seq));
  if (beats && !loss) base = m.seq;
  return loss;
}

function take(m) {
  if (!lacks(m.key, m.seq)) return;
  last.set(m.key, m.seq);
  if (m.kind === "item" || m.kind === "update") // others are passed over, and are had nevertheless
    console.log([m.seq, m.key, m.id, m.version, JSON.parse(m.json).title ?? ""].join("\t"));
}

function answer(frames) { // true: that was the end of the replay; false: it is to be asked for again
  const m = read(frames), [word, number, ...rest] = String(frames[0]).split(" ");
  if (m) {
    base = Math.max(base, m.seq - 1); // all before it has come
    take(m);
  } else if (word === "GONE") {
    base = Math.max(base, Number(number) - 1);
  } else if (word === "ERR") {
    if (number.startsWith("busy")) return false;
    throw new Error([number, ...rest].join(" "));
  } else if (word === "END") {
    const same = Number(number) >= base; // else it is another journal, to be read from its start
    base = same ? Number(number) : 0;
    last = new Map();
    return same;
  }
}

async function replay() {
  const dealer = new Dealer({ linger: 0, receiveTimeout: 5000 }); // a new one: nothing of an earlier replay is in it
  try {
    dealer.connect(endpoint);
    await dealer.send(["NWREPLAY1", `from=${base + 1}\nkeys=${keys}`]);
    for (let ended; ; await dealer.send("MORE 1"))
      if ((ended = answer(await dealer.receive())) !== undefined) return ended;
  } catch (error) {
    if (error.code !== "EAGAIN") throw error; // nothing for so long: the daemon went away
  } finally {
    dealer.close();
  }
}

const sub = new Subscriber({ receiveHighWaterMark: 0, linger: 0 }); // a full queue makes libzmq abort
sub.connect(live);
sub.subscribe(...keys, "sys/heartbeat");
for (let lost = base >= 0; ; ) {
  while (lost && !(await replay())) await sleep(200);
  const m = read(await sub.receive());
  lost = m && isLoss(m); // then the replay brings this message too
  if (m && !lost) take(m);
}
