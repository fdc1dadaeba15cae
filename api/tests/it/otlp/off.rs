//! The program without the feature.

use shared::paths;

use crate::program::Program;
use crate::shop::Shop;

#[tokio::test]
async fn an_environment_that_asks_for_it_is_told_once_how_to_get_it() {
    let shop = Shop::open().await;
    for (variable, lines) in [("OTEL_EXPORTER_OTLP_ENDPOINT", 1), ("OTEL_SERVICE_NAME", 0)] {
        let mut command = shop.program();
        // Platforms may set it to anything.
        command.env(variable, "no address");
        let program = Program::spawn(command, &shop.org);
        program.client.get(paths::HELLO).await.expect(200);
        let log = program.terminate().await;
        let told = log.lines().filter(|line| line.contains("WARN") && line.contains("--features otlp"));
        assert_eq!(told.count(), lines, "{variable}: {log}");
    }
    shop.close().await;
}
