//! The shop's API, as `main` starts it.

use std::net::TcpListener;

use api::Application;

use crate::pinned::settings_by;
use crate::server::{CLIENT_ID, DATABASE, ISSUER};

pub(crate) fn serve() {
    let settings = settings_by([ISSUER, CLIENT_ID, DATABASE]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let application =
            Application::build_for_comparison(settings, Some(listener), |_| true).await.unwrap();
        println!("{}", application.addr().port());
        application.run().await.unwrap();
    });
}
