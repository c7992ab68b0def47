import { test } from 'node:test';
import { spawnSearch } from './spawn-search.js';

test('search finds no broken promise in 300 more cases', (t) => spawnSearch(t, 300, 2));
