// From what the compiler wrote to what is shipped: validators of the schemas, the script of HTML reports, and the
// program in a few files, because loading a hundred of them takes longer than most commands do.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import codegen from 'ajv/dist/compile/codegen/index.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const common = { bundle: true, charset: 'utf8', legalComments: 'none', logLevel: 'warning' };

/** What runs in a browser: one script and one style sheet, which `show --format html` puts into its page. */
export async function buildPage() {
  await build({
    ...common,
    entryPoints: ['src/page/plan.ts', 'src/page/page.css'],
    outdir: 'dist/page',
    format: 'iife',
    target: 'es2022',
  });
}

/** A function for each schema: compiling them takes longer than starting Node does. */
export async function buildValidators() {
  const { SCHEMAS } = await import('../dist/src/files/schema/schema-names.js');
  const { FORMATS } = await import('../dist/src/files/schema/schema-formats.js');
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    // Alternatives have `required` apart from `properties`, which looks like a mistake to ajv.
    strictRequired: false,
    // The tests do it.
    validateSchema: false,
    formats: FORMATS,
    code: { source: true, formats: codegen._`FORMATS` },
  });
  // An annotation that editors show in place of their own words; so does rootsweep.
  ajv.addKeyword({ keyword: 'errorMessage', schemaType: 'string' });
  for (const name of SCHEMAS) {
    const validate = ajv.compile(readSchema(name));
    await buildValidator(
      name,
      `const { FORMATS } = require('./schema-formats.js');\n${addErrors(standalone.default(ajv, validate))}`,
    );
  }
  await buildScenarioValidators();
}

/** One function for each part of the schema of scenarios that files and control requests are checked against. */
async function buildScenarioValidators() {
  const { SCENARIO_PARTS, SCENARIO_SCHEMA } = await import('../dist/src/emulator/scenario/schema-parts.js');
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    allowUnionTypes: true,
    verbose: true,
    code: { source: true },
  });
  // What a pattern stands for, in words.
  ajv.addKeyword('errorMessage');
  ajv.addSchema(readSchema(SCENARIO_SCHEMA));
  await buildValidator(SCENARIO_SCHEMA, standalone.default(ajv, SCENARIO_PARTS));
}

const readSchema = (name) => JSON.parse(readFileSync(`schemas/${name}`, 'utf8'));

async function buildValidator(name, contents) {
  await build({
    ...common,
    stdin: { contents, resolveDir: 'dist/src/files/schema' },
    outfile: `dist/validators/${name.replace('.schema.json', '.cjs')}`,
    minifyWhitespace: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  });
}

/**
 * Where a part of a schema stands for each item of a list, ajv copies all errors so far to add those of one item: of a
 * file in which every item is wrong, that is quadratic. Here they are added to the errors that there are.
 */
function addErrors(code) {
  const copied = /(vErrors === null \? (\w+)\.errors : )vErrors\.concat\(\2\.errors\)/g;
  const added = code.replace(copied, '$1append(vErrors, $2.errors)');
  if (added.includes('.concat(')) throw new Error('ajv adds errors in a way that is not known here');
  return `${added}
function append(errors, more) {
  for (const error of more) errors.push(error);
  return errors;
}`;
}

/**
 * Packages in CommonJS are required. Where they are imported, Node first reads their sources to find what they export,
 * which takes as long as running them; and the bundler would have each module that imports one define a getter for
 * every one of its exports, of which the SDK's clients have hundreds.
 */
const requirePackages = {
  name: 'require-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@?[a-z]/ }, ({ path, resolveDir }) =>
      isCommonJs(path, resolveDir) ? { path, namespace: 'required', pluginData: resolveDir } : undefined,
    );
    onLoad({ filter: /./, namespace: 'required' }, ({ path, pluginData: resolveDir }) => {
      const exported = Object.keys(createRequire(`${resolveDir}/`)(path))
        .filter((name) => name !== 'default' && /^[A-Za-z_$][\w$]*$/.test(name))
        // Pure, so that what nothing imports is left out.
        .map((name) => `export const ${name} = /* @__PURE__ */ (() => required.${name})();`);
      return {
        contents: [
          `const required = /* @__PURE__ */ requirePackage(${JSON.stringify(path)});`,
          'export default required;',
          ...exported,
        ].join('\n'),
      };
    });
  },
};

/** Of a package: `node:crypto` and `#dist/help.txt` are none. */
function isCommonJs(name, folder) {
  if (isBuiltin(name)) return false;
  const file = createRequire(`${folder}/`).resolve(name);
  if (/\.[cm]js$/.test(file)) return file.endsWith('.cjs');
  const parts = file.split('/');
  const homes = parts.map((_, length) => `${parts.slice(0, length).join('/')}/package.json`).reverse();
  return JSON.parse(readFileSync(homes.find(existsSync), 'utf8')).type !== 'module';
}

/** The program, without the packages that it depends on: these are installed with it, and can be looked at. */
export async function buildProgram() {
  rmSync('dist/bin', { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: { rootsweep: 'dist/src/bin.js', process: 'dist/src/process.js' },
    external: ['./process.js'],
    outdir: 'dist/bin',
    packages: 'external',
    plugins: [requirePackages],
    inject: ['.ci/require-package.mjs'],
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
}

/** `--help` is answered from a file: what the commands say of themselves, as they are built now. */
export function buildHelp() {
  rmSync('dist/help.txt', { force: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/bin/rootsweep.js', '--help'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`--help failed: ${stderr}`);
  writeFileSync('dist/help.txt', stdout);
}
