//! Each service by itself, as an exercise's test would ask for it.

use aws_sdk_s3::primitives::ByteStream;

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
