//! The health service: "serving" until the program is being stopped.

use connectrpc::ConnectError;
use connectrpc_health::{Checker, Status, StatusStream};
use futures_util::{StreamExt, stream};
use grpc_queue::Drain;
use grpc_queue_proto::connect::ELIZA_SERVICE_SERVICE_NAME;

/// The health service, which follows the signal of the shutdown.
#[derive(Debug)]
pub(crate) struct Health(pub(crate) Drain);

impl Health {
    fn status(&self) -> Status {
        if self.0.has_begun() { Status::NotServing } else { Status::Serving }
    }
}

impl Checker for Health {
    async fn check(&self, service: &str) -> Result<Status, ConnectError> {
        match service {
            "" | ELIZA_SERVICE_SERVICE_NAME => Ok(self.status()),
            _ => Err(ConnectError::not_found("no such service")),
        }
    }

    /// The status now and, when the service is being stopped, that. Then the stream ends: who watches must not hold a
    /// server that has nothing else to do.
    async fn watch(&self, service: &str) -> Result<StatusStream, ConnectError> {
        let now = self.check(service).await?;
        let begun = self.0.begun();
        let later = stream::once(async move {
            begun.await;
            Status::NotServing
        });
        let later = later.take(usize::from(now == Status::Serving));
        Ok(StatusStream::new(stream::iter([now]).chain(later)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_watches_hears_of_the_end_and_is_let_go() {
        let drain = Drain::new();
        let health = Health(drain.clone());
        let mut watch = health.watch("").await.unwrap();
        assert_eq!(watch.next().await, Some(Status::Serving));
        drain.begin();
        assert_eq!(watch.next().await, Some(Status::NotServing));
        assert_eq!(watch.next().await, None);
        let late: Vec<_> = health.watch(ELIZA_SERVICE_SERVICE_NAME).await.unwrap().collect().await;
        assert_eq!(late, [Status::NotServing]);
        assert!(health.watch("unknown").await.is_err());
    }
}
