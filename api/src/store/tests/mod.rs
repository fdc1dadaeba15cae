//! The store on both databases: each test is written once and run twice.

mod batch;
mod catalogue;
#[path = "../../../tests/cluster/mod.rs"]
#[expect(dead_code, reason = "the tests of the whole API use the rest of it")]
mod cluster;
mod full_disk;
mod group_commit;
mod plans;
mod search;
mod stock;
mod upgrade;

use shared::{Category, Money, Product, ProductId};

use self::cluster::Cluster;
use super::{Allowance, Store};

/// As many orders as one likes.
const ANY_NUMBER: Allowance = Allowance { without_step_up: None, orders_per_hour: u32::MAX };

/// A store that nobody else has.
pub(super) struct Opened {
    pub(super) store: Store,
    _folder: tempfile::TempDir,
}

pub(super) async fn on_sqlite() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("shop.sqlite").display());
    Opened { store: super::open(&url, 4).await.unwrap(), _folder: folder }
}

pub(super) async fn on_postgresql() -> Opened {
    let url = Cluster::shared().database().await;
    Opened { store: super::open(&url, 4).await.unwrap(), _folder: tempfile::tempdir().unwrap() }
}

/// Makes a test of each function on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::store::tests::on_sqlite().await.store).await;
            })*
        }
        mod on_postgresql {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::store::tests::on_postgresql().await.store).await;
            })*
        }
    };
}
use on_both;

pub(super) fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

pub(super) fn product(id: &str, name: &str, cents: i64, stock: u32) -> Product {
    Product {
        id: self::id(id),
        name: name.to_owned(),
        summary: "Grün & 100% good".to_owned(),
        description: "never_searched".to_owned(),
        category: Category::Seeds,
        price: Money::from_cents(cents),
        stock,
    }
}
