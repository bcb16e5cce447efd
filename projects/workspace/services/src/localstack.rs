//! S3 on LocalStack: from the environment, else in a container that is removed with the value.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::DisplayErrorContext;
use testcontainers::core::IntoContainerPort;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

use crate::docker::{self, LABEL, run};
use crate::{AWS_ENDPOINT_URL, Image, Source, Unavailable};

/// Timeout for the first request to S3.
const DEADLINE: Duration = Duration::from_secs(120);

/// An S3 that has answered a request.
#[derive(Debug)]
pub struct LocalStack {
    endpoint: String,
    s3: Client,
    source: Source,
    /// Owns the container: dropping it removes the container.
    _container: Option<ContainerAsync<GenericImage>>,
}

impl LocalStack {
    /// The address, for a program under test.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A client of that address.
    #[must_use]
    pub const fn s3(&self) -> &Client {
        &self.s3
    }

    /// Where it came from.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }
}

/// Finds S3: `AWS_ENDPOINT_URL`, else a container.
///
/// # Errors
///
/// [`Unavailable::Skipped`] when there is neither address nor Docker; any other case is a failure.
pub async fn localstack() -> Result<LocalStack, Unavailable> {
    if let Some(endpoint) = std::env::var(AWS_ENDPOINT_URL).ok().filter(|endpoint| !endpoint.is_empty()) {
        let s3 = connect(&endpoint).await?;
        return Ok(LocalStack {
            endpoint,
            s3,
            source: Source::Environment(AWS_ENDPOINT_URL),
            _container: None,
        });
    }
    docker::find().await.map_err(|reason| Unavailable::Skipped { variable: AWS_ENDPOINT_URL, reason })?;
    let image = Image::localstack()?;
    let failed = |source| Unavailable::Container { image: image.to_string(), source };
    let container = GenericImage::new(image.name.clone(), image.tag.clone())
        .with_exposed_port(4566.tcp())
        .with_env_var("SERVICES", "s3,sqs")
        .with_env_var("EAGER_SERVICE_LOADING", "1")
        .with_label(LABEL, run())
        .start()
        .await
        .map_err(failed)?;
    let host = container.get_host().await.map_err(failed)?;
    let port = container.get_host_port_ipv4(4566.tcp()).await.map_err(failed)?;
    let endpoint = format!("http://{host}:{port}");
    let s3 = connect(&endpoint).await?;
    let source = Source::Container(image.to_string());
    Ok(LocalStack { endpoint, s3, source, _container: Some(container) })
}

/// A client that speaks to LocalStack at this address.
#[must_use]
pub fn s3_client(endpoint: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version_latest()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "localstack"))
        // Plain localhost has no sub-domain for each bucket.
        .force_path_style(true)
        // LocalStack does not send every checksum that the client would otherwise insist on.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .build();
    Client::from_conf(config)
}

/// Tries until buckets are listed: LocalStack's own health endpoint answers while S3 is broken.
async fn connect(endpoint: &str) -> Result<Client, Unavailable> {
    let client = s3_client(endpoint);
    let began = tokio::time::Instant::now();
    loop {
        match client.list_buckets().send().await {
            Ok(_) => return Ok(client),
            Err(error) if began.elapsed() >= DEADLINE => {
                let address = endpoint.to_owned();
                let source = DisplayErrorContext(error).to_string().into();
                return Err(Unavailable::NoAnswer { address, deadline: DEADLINE, source });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}
