// subscribe LIVE REPLAY SEQ KEY...: prints what comes after SEQ (-1: from now on), with the crate zmq, each once.
use std::{collections::HashMap, error::Error, thread::sleep, time::Duration};

struct Message<'a> { key: &'a str, kind: &'a str, seq: i64, prev: i64, id: &'a str, version: &'a str, json: serde_json::Value }

fn read(frames: &[Vec<u8>]) -> Option<Message<'_>> { // None: frames that we do not know
    let header = std::str::from_utf8(frames.get(1)?).ok()?.split(' ').collect::<Vec<_>>();
    if let ["NW1", kind, seq, prev, _, id, version] = header[..] {
        return Some(Message { key: std::str::from_utf8(&frames[0]).ok()?, kind, seq: seq.parse().ok()?, id, version,
            prev: prev.parse().ok()?, json: serde_json::from_slice(frames.get(2)?).unwrap_or_default() });
    }
    None
}

struct Follower { keys: Vec<String>, base: i64, last: HashMap<String, i64> } // all up to base is had, by key all up to last
impl Follower {
    fn lacks(&self, key: &str, seq: i64) -> bool {
        self.keys.iter().any(|k| key.starts_with(k)) && seq > self.base && seq > *self.last.get(key).unwrap_or(&0)
    }
    fn hear(&mut self, m: Message) -> bool { // a live message; whether it tells of a loss, and comes with the replay
        let beats = m.kind == "heartbeat";
        if self.base < 0 { self.base = if beats { m.seq } else { m.seq - 1 } }
        let lost = if beats {
            let mut last = m.json["last"].as_object().into_iter().flatten();
            m.seq < self.base || last.any(|(k, v)| self.lacks(k, v.as_i64().unwrap_or(0)))
        } else { self.lacks(m.key, m.prev) };
        if !lost { if beats { self.base = m.seq } else { self.take(m) } }
        lost
    }
    fn take(&mut self, m: Message) {
        if self.lacks(m.key, m.seq) {
            self.last.insert(m.key.to_string(), m.seq); // also of another kind, which is passed over
            if m.kind != "item" && m.kind != "update" { return }
            println!("{}\t{}\t{}\t{}\t{}", m.seq, m.key, m.id, m.version, m.json["title"].as_str().unwrap_or(""));
        }
    }
    fn answer(&mut self, frames: Vec<Vec<u8>>) -> Option<bool> { // of a replay; true: it ended; false: ask again
        let text = String::from_utf8_lossy(&frames[0]);
        let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let number = rest.split(' ').next()?.parse().unwrap_or(0);
        if let Some(m) = read(&frames) {
            self.base = self.base.max(m.seq - 1); // all before it has come
            self.take(m);
        } else if word == "GONE" {
            self.base = self.base.max(number - 1);
        } else if word == "ERR" {
            assert!(rest.starts_with("busy"), "{}", rest);
            return Some(false);
        } else if word == "END" { // before what is had: another journal, to be read from its start
            let same = number >= self.base;
            (self.base, self.last) = (if same { number } else { 0 }, HashMap::new());
            return Some(same);
        }
        None
    }
    fn replay(&mut self, context: &zmq::Context, endpoint: &str) -> Result<bool, zmq::Error> {
        let dealer = context.socket(zmq::DEALER)?; // a new one: nothing of an earlier replay is in it
        (dealer.set_linger(0)?, dealer.connect(endpoint)?);
        dealer.send_multipart(["NWREPLAY1", &format!("from={}\nkeys={}", self.base + 1, self.keys.join(","))], 0)?;
        while dealer.poll(zmq::POLLIN, 5000)? > 0 { // nothing for so long: the daemon went away
            if let Some(ended) = self.answer(dealer.recv_multipart(0)?) { return Ok(ended) }
            dealer.send("MORE 1", 0)?;
        }
        Ok(false)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = std::env::args().skip(1).collect::<Vec<_>>();
    let mut f = Follower { keys: args[3..].to_vec(), base: args[2].parse()?, last: HashMap::new() };
    let (context, mut lost) = (zmq::Context::new(), f.base >= 0);
    let sub = context.socket(zmq::SUB)?;
    (sub.set_sndhwm(0)?, sub.set_rcvhwm(0)?, sub.connect(&args[0])?); // full, queues lose subscriptions and abort
    for key in f.keys.iter().map(String::as_str).chain(["sys/heartbeat"]) { sub.set_subscribe(key.as_bytes())? }
    loop {
        while lost && !f.replay(&context, &args[1])? { sleep(Duration::from_millis(200)) }
        lost = read(&sub.recv_multipart(0)?).map_or(false, |m| f.hear(m));
    }
}
