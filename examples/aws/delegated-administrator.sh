#!/bin/sh
# Lets an account that is not the management account plan and apply. To be run with credentials of the management account:
#
#     sh delegated-administrator.sh 222222222222
set -eu

account="${1:?usage: sh delegated-administrator.sh ACCOUNT-ID}"

aws organizations enable-aws-service-access --service-principal iam.amazonaws.com
aws iam enable-organizations-root-credentials-management
aws organizations register-delegated-administrator --account-id "$account" --service-principal iam.amazonaws.com
aws organizations list-delegated-administrators --service-principal iam.amazonaws.com
