/** The workflow that `init` writes: the one of the examples, for another region. */
import { readFile } from 'node:fs/promises';

/** @param region of STS. */
export async function readGithubWorkflow(region: string): Promise<string> {
  const example = await readFile(new URL(import.meta.resolve('#examples/github-actions/plan.yml')), 'utf8');
  return example.replaceAll('region: us-east-1', () => `region: ${region}`);
}
