export * from '../core/key.js';
