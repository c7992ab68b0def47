# Policies for who plans, who witnesses and who applies; where GitHub's repository is named, their roles, which trust its
# workflows, and a KMS key for each; the two switches that all need; and, where they are asked for, a delegated
# administrator and a service control policy. Apply it in the management account.

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

variable "github_repository" {
  description = "OWNER/REPOSITORY whose workflows plan, witness and apply; no roles and keys if null"
  type        = string
  default     = null
}

variable "github_oidc_provider_arn" {
  description = "ARN of the OIDC provider for token.actions.githubusercontent.com in this account"
  type        = string
  default     = null
}

variable "recovery" {
  description = "Whether the policies for recover and unlock are made, and root sessions for buckets and queues are on"
  type        = bool
  default     = false
}

# Needs trusted access for IAM: "iam.amazonaws.com" among aws_service_access_principals of your
# aws_organizations_organization, or the first command of delegated-administrator.sh.
resource "aws_iam_organizations_features" "root" {
  enabled_features = var.recovery ? ["RootCredentialsManagement", "RootSessions"] : ["RootCredentialsManagement"]
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

# The same permissions in a role of its own: who can act as planner cannot act as witness.
resource "aws_iam_policy" "witness" {
  name        = "rootsweep-witness"
  description = "Looks at root credentials a second time, and cannot delete them"
  policy      = file("${path.module}/../witness.json")
}

resource "aws_iam_policy" "operator" {
  name        = "rootsweep-operator"
  description = "Deletes root credentials, and nothing else"
  policy      = file("${path.module}/../operator.json")
}

locals {
  policies = {
    planner  = aws_iam_policy.planner.arn
    witness  = aws_iam_policy.witness.arn
    operator = aws_iam_policy.operator.arn
  }
  roles = var.github_repository == null ? {} : local.policies
}

resource "aws_iam_role" "github" {
  for_each = local.roles
  name     = "rootsweep-${each.key}"
  assume_role_policy = replace(
    replace(
      file("${path.module}/../github-trust-${each.key}.json"),
      "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
      coalesce(var.github_oidc_provider_arn, "missing: github_oidc_provider_arn"),
    ),
    "OWNER/REPOSITORY",
    coalesce(var.github_repository, "missing: github_repository"),
  )
}

resource "aws_iam_role_policy_attachment" "github" {
  for_each   = local.roles
  role       = aws_iam_role.github[each.key].name
  policy_arn = each.value
}

resource "aws_kms_key" "signing" {
  for_each                 = local.roles
  description              = "Signs as the ${each.key} of rootsweep"
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
}

resource "aws_kms_alias" "signing" {
  for_each      = local.roles
  name          = "alias/rootsweep-${each.key}"
  target_key_id = aws_kms_key.signing[each.key].key_id
}

# Each role signs with its own key, and with no other.
resource "aws_iam_role_policy" "signing" {
  for_each = local.roles
  name     = "sign"
  role     = aws_iam_role.github[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:GetPublicKey", "kms:Sign"]
      Resource = aws_kms_key.signing[each.key].arn
    }]
  })
}

resource "aws_iam_policy" "recovery_planner" {
  count       = var.recovery ? 1 : 0
  name        = "rootsweep-recovery-planner"
  description = "Plans ways back into accounts, buckets and queues"
  policy      = file("${path.module}/../recovery-planner.json")
}

resource "aws_iam_policy" "recovery_operator" {
  count       = var.recovery ? 1 : 0
  name        = "rootsweep-recovery-operator"
  description = "Gives ways back into accounts, buckets and queues"
  policy      = file("${path.module}/../recovery-operator.json")
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

output "witness_policy_arn" {
  value = aws_iam_policy.witness.arn
}

output "operator_policy_arn" {
  value = aws_iam_policy.operator.arn
}

output "recovery_policy_arns" {
  value = concat(aws_iam_policy.recovery_planner[*].arn, aws_iam_policy.recovery_operator[*].arn)
}

output "role_arns" {
  value = { for name, role in aws_iam_role.github : name => role.arn }
}
