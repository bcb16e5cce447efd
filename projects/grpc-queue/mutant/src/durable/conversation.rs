//! What a stream asks of the database: its conversation, room for its sentences, and the answers to them.

use grpc_queue_acceptance::mutants::Defect;

use super::Durable;

/// A conversation as a stream finds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) id: i64,
    /// The stream's own number among those of the conversation: the highest has it.
    pub(crate) stream: i64,
    pub(crate) last: i32,
    pub(crate) sent: i32,
}

/// What became of a sentence that was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    Enqueued,
    Full,
    /// Another stream has the conversation.
    Lost,
}

/// An answer, or why there is none.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) number: i32,
    pub(crate) answer: String,
    pub(crate) failed: bool,
}

impl Durable {
    /// The conversation of this key, or a new one, as this stream's own from now on.
    pub(crate) async fn find(&self, key: Option<&str>) -> sqlx::Result<Found> {
        let found: (i64, i64, i32, i32) = sqlx::query_as(
            "INSERT INTO conversations (key, stream) VALUES ($1, 1)
             ON CONFLICT (key) DO UPDATE SET stream = conversations.stream + 1
             RETURNING id, stream, last, sent",
        )
        .bind(key)
        .fetch_one(&self.pool)
        .await?;
        let (id, stream, last, sent) = found;
        Ok(Found { id, stream, last, sent })
    }

    /// Puts a sentence at the end, if there is room. Done twice, it is as if it were done once.
    pub(crate) async fn push(&self, of: Found, number: i32, sentence: &str) -> sqlx::Result<Pushed> {
        let mut pushing = self.pool.begin().await?;
        // Room is counted and taken by one at a time.
        sqlx::query("SELECT pg_advisory_xact_lock(6, 2)").execute(&mut *pushing).await?;
        let counted =
            sqlx::query("UPDATE conversations SET last = greatest(last, $3) WHERE id = $1 AND stream = $2")
                .bind(of.id)
                .bind(of.stream)
                .bind(number)
                .execute(&mut *pushing)
                .await?;
        if counted.rows_affected() == 0 && !self.wrong.is(Defect::FirstStreamStays) {
            return Ok(Pushed::Lost);
        }
        let room: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM sentences WHERE conversation = $4 AND number = $5)
             OR $1 > (SELECT count(*) FROM sentences WHERE state = 0 AND ($2 OR program = $3))",
        )
        .bind(self.capacity)
        .bind(!self.wrong.is(Defect::CapacityForEach))
        .bind(self.program)
        .bind(of.id)
        .bind(number)
        .fetch_one(&mut *pushing)
        .await?;
        if room {
            sqlx::query(
                "INSERT INTO sentences (conversation, number, sentence, program) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (conversation, number) DO NOTHING",
            )
            .bind(of.id)
            .bind(number)
            .bind(sentence)
            .bind(self.program)
            .execute(&mut *pushing)
            .await?;
        }
        pushing.commit().await?;
        Ok(if room { Pushed::Enqueued } else { Pushed::Full })
    }

    /// Counts a sentence that isn't taken in.
    pub(crate) async fn count(&self, of: Found, number: i32) -> sqlx::Result<()> {
        sqlx::query("UPDATE conversations SET last = greatest(last, $2) WHERE id = $1")
            .bind(of.id)
            .bind(number)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Whether the conversation is still this stream's own.
    pub(crate) async fn is_ours(&self, of: Found) -> sqlx::Result<bool> {
        let stream: Option<i64> = sqlx::query_scalar("SELECT stream FROM conversations WHERE id = $1")
            .bind(of.id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(stream == Some(of.stream) || self.wrong.is(Defect::FirstStreamStays))
    }

    /// The answers that may be sent next, to sentences with a higher number than this.
    pub(crate) async fn answers(&self, of: Found, after: i32) -> sqlx::Result<Vec<Told>> {
        let rows: Vec<(i32, String, bool)> = sqlx::query_as(
            "SELECT number, coalesce(answer, ''), failed FROM sentences this
             WHERE conversation = $1 AND number > $2 AND state = 2 AND ($3 OR NOT EXISTS (
                 SELECT FROM sentences before WHERE before.conversation = $1 AND before.number > $2
                 AND before.number < this.number AND before.state < 2))
             ORDER BY number",
        )
        .bind(of.id)
        .bind(after)
        .bind(self.wrong.is(Defect::AnswersAsTheyCome))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(number, answer, failed)| Told { number, answer, failed }).collect())
    }

    /// How many sentences with a higher number than this have no answer yet.
    pub(crate) async fn owed(&self, of: Found, after: i32) -> sqlx::Result<i64> {
        sqlx::query_scalar(
            "SELECT count(*) FROM sentences WHERE conversation = $1 AND number > $2 AND state < 2",
        )
        .bind(of.id)
        .bind(after)
        .fetch_one(&self.pool)
        .await
    }

    /// An answer was sent.
    pub(crate) async fn sent(&self, of: Found, number: i32) -> sqlx::Result<()> {
        sqlx::query("UPDATE conversations SET sent = greatest(sent, $2) WHERE id = $1")
            .bind(of.id)
            .bind(number)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// The conversation is over, with all that waits of it.
    pub(crate) async fn forget(&self, of: Found) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM conversations WHERE id = $1").bind(of.id).execute(&self.pool).await.map(drop)
    }

    /// What waits of it is dropped.
    pub(crate) async fn drop_waiting(&self, of: Found) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM sentences WHERE conversation = $1 AND state = 0")
            .bind(of.id)
            .execute(&self.pool)
            .await
            .map(drop)
    }
}
