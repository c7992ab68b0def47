/** Preloaded into a measured process: what it used is written, when it ends, to the file that BENCH_USAGE names. */
import { writeFileSync } from 'node:fs';
import type { Usage } from './measure.js';

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpu: (user + system) / 1000, rss: process.resourceUsage().maxRSS / 1024 };
  writeFileSync(process.env.BENCH_USAGE ?? '', JSON.stringify(usage));
});
