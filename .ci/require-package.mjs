// Part of the program, where it loads a package in CommonJS (see `build.mjs`).
import { createRequire } from 'node:module';

export const requirePackage = createRequire(import.meta.url);
