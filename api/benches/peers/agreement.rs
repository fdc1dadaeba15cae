//! Whether all of them do what the API does: the same answers to the same questions, the same refusals, and the same rows in
//! the database afterwards. Otherwise there is nothing to compare.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use shared::paths;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::answer::{Answer, ROOM};
use crate::customers::Customers;
use crate::prover::{ALICE, MALLORY};
use crate::server::{FILE, Server, Setup};
use crate::workload::{Peer, Workload, bearer, get};

/// By question: the status, and the body where it is no refusal.
type Said = BTreeMap<String, (u16, Value)>;

/// What differs from answer to answer.
const OF_THE_MOMENT: [&str; 4] = ["date", "number", "placed_at", "status_since"];

/// What an order leaves behind, as one text each.
const ROWS: [&str; 5] = [
    "id || ' ' || stock FROM products WHERE stock < (SELECT MAX(stock) FROM products)",
    "person || ' ' || version FROM carts WHERE version > 1",
    "person || ' ' || key FROM idempotency_keys",
    "concat_ws(' ', iss, person, status, total_cents, recipient, street, extra, city, region, postal_code, country)
     FROM orders",
    "concat_ws(' ', order_id, position, product_id, name, quantity, unit_price_cents) FROM order_lines",
];

/// Asks all of them, and stops where one differs from the API.
pub(crate) async fn check(setup: &Setup, customers: &Customers<'_>) {
    let mut the_api = None;
    for peer in Peer::ALL {
        let server = Server::start(setup, peer);
        let (said, rows) = (questioned(&server, customers).await, rows(&server).await);
        let (expected, expected_rows) = the_api.get_or_insert_with(|| (said.clone(), rows.clone()));
        for (question, answer) in said {
            assert_eq!(Some(&answer), expected.get(&question), "{peer:?} answers differently: {question}");
        }
        assert_eq!(rows, *expected_rows, "{peer:?} leaves something else behind");
    }
}

async fn questioned(server: &Server, customers: &Customers<'_>) -> Said {
    let mut said = Said::new();
    for (question, request) in questions(server.peer, customers) {
        said.insert(question.to_owned(), ask(server.process.port, &request).await);
    }
    said
}

/// In this order.
fn questions(peer: Peer, customers: &Customers<'_>) -> Vec<(&'static str, String)> {
    let proofs = [customers.proof_of(&ALICE, "GET", "first")];
    let take_part = Workload::ALL.into_iter().filter(|workload| peer.takes_part_in(*workload));
    let of_workload = |workload: Workload| {
        let requests = workload.requests(peer, customers, &proofs);
        (workload.title(), requests.get(0).unwrap().to_owned())
    };
    let mut questions: Vec<_> = take_part.map(of_workload).collect();
    let buyer = &customers.buyers[0];
    questions.push(("the cart once it is ordered", get(peer.cart(), &peer.credentials(buyer))));
    questions.push((
        "an order of a cart that was ordered",
        peer.order(buyer).replace("Idempotency-Key: k", "Idempotency-Key: other"),
    ));
    if peer != Peer::BareActix {
        questions.extend(refused(peer, customers, &proofs[0]));
    }
    questions
}

fn refused(peer: Peer, customers: &Customers<'_>, used: &str) -> Vec<(&'static str, String)> {
    let messages = |headers: &str| get(paths::MESSAGES, headers);
    let token = &customers.known.token;
    let altered = bearer(&format!("{}AAAA", &token[..token.len() - 4]));
    let strange =
        peer.order(&customers.buyers[1]).replace("Authorization: Bearer ", "Authorization: Bearer e");
    vec![
        ("messages without a token", messages("")),
        ("a cart without a token", get(paths::CART, "")),
        ("an order with a strange token", strange),
        ("a token with another signature", messages(&altered)),
        ("a bound token as a bearer token", messages(&bearer(customers.bound_token()))),
        (
            "a bound token without a proof",
            messages(&format!("Authorization: DPoP {}\r\n", customers.bound_token())),
        ),
        ("a proof that was used", messages(&customers.bound(used))),
        (
            "a proof for another method",
            messages(&customers.bound(&customers.proof_of(&ALICE, "POST", "second"))),
        ),
        ("a proof of another key", messages(&customers.bound(&customers.proof_of(&MALLORY, "GET", "third")))),
    ]
}

async fn ask(port: u16, request: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = vec![0; ROOM];
    let Answer { status, body } = Answer::read(&mut stream, &mut bytes).await;
    let body = if status < 300 { serde_json::from_slice(&bytes[body]).unwrap() } else { Value::Null };
    (status, lasting(body))
}

/// Without what is of the moment.
fn lasting(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(lasting).collect(),
        Value::Object(members) => {
            let members = members.into_iter().filter(|(name, _)| !OF_THE_MOMENT.contains(&name.as_str()));
            Value::Object(members.map(|(name, value)| (name, lasting(value))).collect::<Map<_, _>>())
        }
        other => other,
    }
}

async fn rows(server: &Server) -> Vec<Vec<String>> {
    let url = format!("sqlite:{}", server.folder.path().join(FILE).display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let mut all = Vec::new();
    for rows in ROWS {
        let statement = AssertSqlSafe(format!("SELECT {rows} ORDER BY 1"));
        all.push(sqlx::query_scalar(statement).fetch_all(&mut connection).await.unwrap());
    }
    all
}
