//! The compose file itself, on a real Docker engine.

use std::fs;
use std::process::Command;

use sqlx::{Connection, PgConnection};

use crate::stack::{Stack, root};

#[test]
#[ignore = "needs docker compose: make verify LANES=services"]
fn compose_file_is_valid() {
    let services = Stack::new().expect(&["config", "--services"]);
    let mut services: Vec<&str> = services.lines().collect();
    services.sort_unstable();
    assert_eq!(services, ["localstack", "postgres"]);
}

#[test]
#[ignore = "needs docker compose: make verify LANES=services"]
fn example_environment_holds_the_defaults() {
    // Every line, those that are commented out too: an example that differs misleads.
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.env");
    let example = fs::read_to_string(root().join(".env.example")).unwrap();
    fs::write(&whole, example.replace("\n#POSTGRES", "\nPOSTGRES").replace("\n#LOCALSTACK", "\nLOCALSTACK"))
        .unwrap();
    assert_eq!(resolved("/dev/null"), resolved(whole.to_str().unwrap()));
}

/// The compose file as compose resolves it with this file for an environment and no other.
fn resolved(environment: &str) -> String {
    let file = root().join("docker-compose.yml");
    let mut command = Command::new("docker");
    command.args(["compose", "--env-file", environment, "--file"]).arg(file).arg("config");
    for name in ["POSTGRES", "LOCALSTACK"] {
        for part in ["IMAGE", "PORT", "USER", "PASSWORD", "DB"] {
            command.env_remove(format!("{name}_{part}"));
        }
    }
    let output = command.env_remove("SAMPLE_BUCKET").env_remove("SAMPLE_KEY").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
#[ignore = "needs Docker: make verify LANES=services"]
async fn both_services_hold_the_same_before_and_after_a_restart() {
    let stack = Stack::new();
    stack.expect(&["up", "--detach", "--wait"]);
    assert_eq!(uploaded_log(&stack).await, sample());
    assert_eq!(rows(&stack).await, ["seed"]);
    write_row(&stack, "ours").await;

    stack.expect(&["restart"]);
    stack.expect(&["up", "--detach", "--wait"]);
    assert_eq!(uploaded_log(&stack).await, sample());
    assert_eq!(rows(&stack).await, ["ours", "seed"]);

    // Containers go, volumes stay: the row lies in a named volume and not in the container.
    stack.expect(&["down"]);
    stack.expect(&["up", "--detach", "--wait"]);
    assert_eq!(uploaded_log(&stack).await, sample());
    assert_eq!(rows(&stack).await, ["ours", "seed"]);
}

#[tokio::test]
#[ignore = "needs Docker: make verify LANES=services"]
async fn one_service_starts_by_name() {
    let stack = Stack::new();
    stack.expect(&["up", "--detach", "--wait", "postgres"]);
    assert_eq!(rows(&stack).await, ["seed"]);
    assert_eq!(stack.expect(&["ps", "--services"]).trim(), "postgres");
}

#[test]
#[ignore = "needs Docker: make verify LANES=services"]
fn postgres_without_its_table_is_not_healthy() {
    check_unhealthy_without_init("postgres", "/docker-entrypoint-initdb.d");
}

#[test]
#[ignore = "needs Docker: make verify LANES=services"]
fn localstack_without_the_sample_is_not_healthy() {
    check_unhealthy_without_init("localstack", "/etc/localstack/init/ready.d");
}

/// Starts the service with an empty init folder: it answers, but does not hold what it should.
#[track_caller]
fn check_unhealthy_without_init(service: &str, init: &str) {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let overrides = folder.path().join("overrides.yml");
    // Gives up after half a minute. With its init folder the service is healthy long before.
    let text = format!(
        "services:
  {service}:
    volumes: ['{}:{init}:ro']
    healthcheck: {{ start_period: 1s, interval: 1s, retries: 25 }}
",
        empty.display()
    );
    fs::write(&overrides, text).unwrap();
    let stack = Stack::new().with(overrides);
    let output = stack.compose(&["up", "--detach", "--wait", service]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "compose took {service} without its data for healthy:\n{said}");
    assert!(said.contains("unhealthy"), "{service} failed in another way:\n{said}");
}

fn sample() -> Vec<u8> {
    fs::read(root().join("resources/compose/sample.log")).unwrap()
}

async fn uploaded_log(stack: &Stack) -> Vec<u8> {
    let s3 = services::s3_client(&stack.endpoint());
    let object = s3.get_object().bucket("workspace-logs").key("samples/access.log").send().await.unwrap();
    object.body.collect().await.unwrap().into_bytes().to_vec()
}

async fn rows(stack: &Stack) -> Vec<String> {
    let mut connection = PgConnection::connect(&stack.database_url()).await.unwrap();
    sqlx::query_scalar("SELECT name FROM workspace_check ORDER BY name")
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

async fn write_row(stack: &Stack, name: &str) {
    let mut connection = PgConnection::connect(&stack.database_url()).await.unwrap();
    sqlx::query("INSERT INTO workspace_check (name, note) VALUES ($1, 'written by a test')")
        .bind(name)
        .execute(&mut connection)
        .await
        .unwrap();
}
