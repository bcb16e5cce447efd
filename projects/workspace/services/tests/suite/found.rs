//! Each service by itself, as an exercise's test would ask for it.

use std::process::{Command, Output};

use aws_sdk_s3::primitives::ByteStream;

use crate::stack::Stack;

#[tokio::test]
#[ignore = "needs Docker or DATABASE_URL: make verify LANES=services"]
async fn postgres_is_found_and_keeps_a_row() {
    let postgres = services::postgres().await.unwrap_or_else(|error| panic!("{error}"));
    let mut connection = postgres.pool().acquire().await.unwrap();
    sqlx::query("CREATE TEMPORARY TABLE kept (n bigint NOT NULL)").execute(&mut *connection).await.unwrap();
    sqlx::query("INSERT INTO kept VALUES (42)").execute(&mut *connection).await.unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT n FROM kept").fetch_one(&mut *connection).await.unwrap();
    assert_eq!(kept, 42, "through {}", postgres.source());
}

#[tokio::test]
#[ignore = "needs Docker or AWS_ENDPOINT_URL: make verify LANES=services"]
async fn s3_is_found_and_keeps_an_object() {
    let localstack = services::localstack().await.unwrap_or_else(|error| panic!("{error}"));
    let s3 = localstack.s3();
    let bucket = format!("found-{}", std::process::id());
    s3.create_bucket().bucket(&bucket).send().await.unwrap();
    let body = ByteStream::from_static(b"kept");
    s3.put_object().bucket(&bucket).key("a").body(body).send().await.unwrap();
    let object = s3.get_object().bucket(&bucket).key("a").send().await.unwrap();
    let bytes = object.body.collect().await.unwrap().into_bytes();
    s3.delete_object().bucket(&bucket).key("a").send().await.unwrap();
    s3.delete_bucket().bucket(&bucket).send().await.unwrap();
    assert_eq!(&bytes[..], b"kept", "through {}", localstack.source());
}

/// Runs the two tests above again, in a process that finds no Docker and has these variables.
fn without_docker(variables: &[(&str, String)]) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "is_found_and_keeps"])
        .env("PATH", "/nonexistent")
        .env_remove(services::DATABASE_URL)
        .env_remove(services::AWS_ENDPOINT_URL)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap()
}

#[test]
fn without_address_and_docker_they_fail_and_say_skipped() {
    let output = without_docker(&[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{said}");
    for variable in [services::DATABASE_URL, services::AWS_ENDPOINT_URL] {
        let reason =
            format!("skipped: {variable} is not set and no Docker engine answers (docker is not installed)");
        assert!(said.contains(&reason), "{said}");
    }
}

#[test]
#[ignore = "needs Docker: make verify LANES=services"]
fn an_address_in_the_environment_comes_before_docker() {
    let stack = Stack::new();
    stack.expect(&["up", "--detach", "--wait"]);
    let addresses =
        [(services::DATABASE_URL, stack.database_url()), (services::AWS_ENDPOINT_URL, stack.endpoint())];
    let output = without_docker(&addresses);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
