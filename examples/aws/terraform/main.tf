# Two policies, one for the role that plans and one for the role that applies; the two switches that both need; and,
# where they are asked for, a delegated administrator and a service control policy. To be applied in the management
# account; attach the policies in the account whose roles plan and apply.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "delegated_administrator" {
  description = "Account id of the delegated administrator for IAM; none if null"
  type        = string
  default     = null
}

variable "deny_root_targets" {
  description = "Ids of roots, organizational units and accounts in which the root user may do nothing"
  type        = set(string)
  default     = []
}

variable "remedies" {
  description = "Whether the policies for recover and unlock are made, and root sessions for buckets and queues are on"
  type        = bool
  default     = false
}

# Needs trusted access for IAM: "iam.amazonaws.com" among aws_service_access_principals of your
# aws_organizations_organization, or the first command of delegated-administrator.sh.
resource "aws_iam_organizations_features" "root" {
  enabled_features = var.remedies ? ["RootCredentialsManagement", "RootSessions"] : ["RootCredentialsManagement"]
}

resource "aws_organizations_delegated_administrator" "iam" {
  count             = var.delegated_administrator == null ? 0 : 1
  account_id        = var.delegated_administrator
  service_principal = "iam.amazonaws.com"
}

resource "aws_iam_policy" "planner" {
  name        = "rootsweep-planner"
  description = "Looks at root credentials, and cannot delete them"
  policy      = file("${path.module}/../planner.json")
}

resource "aws_iam_policy" "operator" {
  name        = "rootsweep-operator"
  description = "Deletes root credentials, and nothing else"
  policy      = file("${path.module}/../operator.json")
}

resource "aws_iam_policy" "remedies_planner" {
  count       = var.remedies ? 1 : 0
  name        = "rootsweep-remedies-planner"
  description = "Plans ways back into accounts, buckets and queues"
  policy      = file("${path.module}/../remedies-planner.json")
}

resource "aws_iam_policy" "remedies_operator" {
  count       = var.remedies ? 1 : 0
  name        = "rootsweep-remedies-operator"
  description = "Gives ways back into accounts, buckets and queues"
  policy      = file("${path.module}/../remedies-operator.json")
}

resource "aws_organizations_policy" "deny_root" {
  name        = "deny-root"
  description = "Denies the root user everything, and exempts root sessions"
  type        = "SERVICE_CONTROL_POLICY"
  content     = file("${path.module}/../deny-root.json")
}

resource "aws_organizations_policy_attachment" "deny_root" {
  for_each  = var.deny_root_targets
  policy_id = aws_organizations_policy.deny_root.id
  target_id = each.value
}

output "planner_policy_arn" {
  value = aws_iam_policy.planner.arn
}

output "operator_policy_arn" {
  value = aws_iam_policy.operator.arn
}

output "remedies_policy_arns" {
  value = concat(aws_iam_policy.remedies_planner[*].arn, aws_iam_policy.remedies_operator[*].arn)
}
