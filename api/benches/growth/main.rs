//! How answers about the catalogue slow down as it grows: 50, 500, 5,000 and 50,000 products.
//!
//! `cargo bench -p api -F bench --bench growth` (Linux; wants two processors). One connection asks for one thing after the
//! other, and nothing twice, so that no answer is ready: what counts is the work in the database. Of a hundred answers the
//! median, and of the rounds the median of those.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

#[path = "../answer/mod.rs"]
#[expect(dead_code, reason = "here nothing is asynchronous")]
mod answer;
#[path = "../figures/mod.rs"]
mod figures;
#[path = "../messages/processor.rs"]
#[expect(dead_code, reason = "the other benchmarks count its time")]
mod processor;
#[path = "../requests/program.rs"]
mod program;
#[path = "../requests/server.rs"]
#[expect(dead_code, reason = "the other benchmark needs more of it")]
mod server;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use shared::paths;

use crate::answer::Answer;
use crate::figures::{figure, outcome};
use crate::server::{LogTo, Server};

const SIZES: [usize; 4] = [50, 500, 5_000, 50_000];
const ROUNDS: usize = 5;
const ANSWERS: usize = 100;

/// From the fewest to the most products, a thousand times as many.
const MOST: f64 = 4.0;

fn main() -> ExitCode {
    processor::pin(std::process::id(), processor::LOAD);
    let sizes = SIZES.map(|size| Catalogue::start(size).measure());
    let mut good = Vec::new();
    for (index, what) in WHAT.iter().enumerate() {
        for (size, found) in SIZES.iter().zip(&sizes) {
            figure(&format!("{what}, {size} products"), "µs", found[index].iter().copied(), ..);
        }
        let (few, many) = (&sizes[0][index], &sizes[SIZES.len() - 1][index]);
        let growth = many.iter().zip(few).map(|(many, few)| many / few);
        good.push(figure(&format!("{what}: a thousand times the products"), "", growth, ..=MOST));
    }
    outcome(&good)
}

const WHAT: [&str; 4] = [
    "a page of the list, from anywhere",
    "a page by price, from anywhere",
    "a search for a name",
    "one product",
];

/// The shop with so many products.
struct Catalogue {
    server: Server,
    size: usize,
}

impl Catalogue {
    fn start(size: usize) -> Self {
        let product = |i: usize| {
            json!({"id": id(i), "name": format!("{} {i}", name(i)), "summary": "Grows in every garden",
                   "description": "A paragraph about how it grows in every garden, and how it is looked after there.",
                   "category": (["saplings", "seeds", "tools", "care"][i % 4]), "price": 100 + i, "stock": 1000})
        };
        let products = json!((0..size).map(product).collect::<Vec<_>>()).to_string();
        Self { server: Server::start(LogTo::File, Some(&products), 1), size }
    }

    /// By what is asked, in microseconds, a value for each round.
    fn measure(&self) -> [Vec<f64>; WHAT.len()] {
        let mut stream = TcpStream::connect(("127.0.0.1", self.server.port)).unwrap();
        let mut found = [(); WHAT.len()].map(|()| Vec::new());
        for round in 0..ROUNDS {
            let number = |i: usize| (round * ANSWERS + i) * 7919 % self.size;
            // Of as few as fifty products each is asked for ten times: by another limit, for a question that was answered
            // before is no work.
            let limit = |i: usize| 10 + (round * ANSWERS + i) / 50;
            let list = paths::PRODUCTS;
            let paths: [&dyn Fn(usize) -> String; WHAT.len()] = [
                &|i| format!("{list}?limit={}&cursor={}", limit(i), id(number(i))),
                &|i| format!("{list}?limit={}&sort=price&cursor={}", limit(i), id(number(i))),
                &|i| format!("{list}?limit={}&search={}%20{}", limit(i), name(number(i)), number(i)),
                &|i| format!("{list}/{}", id(number(i))),
            ];
            for (found, path) in found.iter_mut().zip(paths) {
                let mut took: Vec<f64> = (0..ANSWERS).map(|i| ask(&mut stream, &path(i))).collect();
                took.sort_by(f64::total_cmp);
                found.push(took[ANSWERS / 2]);
            }
        }
        found
    }
}

fn id(i: usize) -> String {
    format!("product-{i}")
}

/// Of a few words that many products share.
fn name(i: usize) -> &'static str {
    ["Tomato", "Birch", "Spade", "Lavender", "Quince", "Rowan", "Basil"][i % 7]
}

/// Microseconds until the whole answer was there.
fn ask(stream: &mut TcpStream, path: &str) -> f64 {
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    let asked = Instant::now();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 64 * 1024];
    while Answer::of_head(&answer).is_none_or(|whole| answer.len() < whole.body.end) {
        let length = stream.read(&mut part).unwrap();
        assert!(length > 0, "the connection ended");
        answer.extend_from_slice(&part[..length]);
    }
    asked.elapsed().as_secs_f64() * 1e6
}
