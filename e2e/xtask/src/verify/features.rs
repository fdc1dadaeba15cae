//! The cargo features of crates: none of them, and each by itself, as an app that counts bytes takes them.

use std::path::Path;

use serde_json::Value;

use crate::process::{Job, ProcessError};

/// Of those crates that have features, every combination compiles with its tests and has no lint warning, and what is
/// tested without any feature holds.
pub(super) async fn check(workspace: &Path, crates: &[&str]) -> Result<(), ProcessError> {
    let cargo = |args: &[&str]| Job::new("cargo", args).folder(workspace);
    let metadata = cargo(&["metadata", "--format-version", "1", "--no-deps"]).output().await?;
    for (name, features) in combinations(&metadata, crates) {
        let package = ["--package", &name, "--no-default-features", "--features", &features];
        cargo(&["clippy", "--quiet", "--all-targets"])
            .arguments(package)
            .arguments(["--", "-D", "warnings"])
            .run()
            .await?;
        if features.is_empty() {
            cargo(&["test", "--quiet", "--lib"]).arguments(package).run().await?;
        }
    }
    Ok(())
}

/// Crates with features, each with none and with each that it declares.
fn combinations(metadata: &str, crates: &[&str]) -> Vec<(String, String)> {
    let metadata: Value = serde_json::from_str(metadata).unwrap_or_default();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let chosen = packages.filter(|package| crates.iter().any(|name| package["name"] == *name));
    chosen
        .flat_map(|package| {
            let name = package["name"].as_str().unwrap_or_default();
            let declared = package["features"].as_object().into_iter().flatten();
            let single: Vec<_> =
                declared.map(|(feature, _)| feature.clone()).filter(|f| f != "default").collect();
            let none = (!single.is_empty()).then(String::new);
            none.into_iter().chain(single).map(|features| (name.to_owned(), features))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_with_features_is_checked_with_none_and_with_each() {
        let metadata = r#"{"packages": [
            {"name": "plain", "features": {}},
            {"name": "rich", "features": {"a": [], "b": ["a"], "default": ["a"]}},
            {"name": "other", "features": {"c": []}}
        ]}"#;
        let found = combinations(metadata, &["plain", "rich"]);
        assert_eq!(found, ["", "a", "b"].map(|features| ("rich".to_owned(), features.to_owned())));
    }

    #[tokio::test]
    async fn the_features_of_the_sign_in_crates_are_found() {
        let job = Job::new("cargo", ["metadata", "--format-version", "1", "--no-deps"]);
        let metadata = job.folder(&okta_cli::workspace()).output().await.unwrap();
        let found = combinations(&metadata, &["okta-auth", "okta-sycamore"]);
        for name in ["okta-auth", "okta-sycamore"] {
            assert!(found.contains(&(name.to_owned(), "dpop".to_owned())), "{found:?}");
        }
    }
}
