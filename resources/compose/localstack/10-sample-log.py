"""Creates the bucket and uploads the sample log, at every start of LocalStack.

The log is what `log-parser generate --seed 3 --lines 100 --hostile 0` printed.

It is Python because LocalStack runs `.py` hooks itself: a shell script would need its run bit, which a checkout may
lose. It runs as often as one likes: S3 is empty after a restart, and an object that is there is written over.
"""

import os

import boto3
from botocore.exceptions import ClientError

bucket = os.environ.get("SAMPLE_BUCKET", "workspace-logs")
key = os.environ.get("SAMPLE_KEY", "samples/access.log")

s3 = boto3.client(
    "s3",
    endpoint_url="http://localhost:4566",
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)

try:
    s3.create_bucket(Bucket=bucket)
except ClientError as error:
    if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
        raise

s3.upload_file("/samples/access.log", bucket, key)
