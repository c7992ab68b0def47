/** Yields the tokens of a YAML text, up to the first one that is rejected. */
import { type CST, Lexer, type LineCounter, Parser } from 'yaml';
import { quote } from './problem.js';
import type { Offense } from './yaml-tree.js';

/** Deeper than any real file. Composing recurses, and a stack overflow in it can end the process. */
const DEEPEST = 64;

/**
 * @param lines receives the start of each line.
 * @param refuse called at most once, just before the tokens end.
 */
export function* readTokens(
  text: string,
  lines: LineCounter,
  refuse: (offense: Offense) => void,
): Generator<CST.Token> {
  let documents = 0;
  for (const token of parseTokens(text, lines, refuse)) {
    const { offset } = token;
    if (token.type === 'document') documents += 1;
    if (token.type === 'directive') {
      return refuse({ offset, sentence: `directives are not allowed; remove ${quote(token.source)}` });
    }
    if (documents > 1) return refuse({ offset, sentence: 'a second document starts here; a file holds one' });
    yield token;
    // The composer reports it. Reporting every error of a badly broken file would take too long.
    if (token.type === 'error') return;
  }
}

function* parseTokens(
  text: string,
  lines: LineCounter,
  refuse: (offense: Offense) => void,
): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > DEEPEST) {
      refuse({ offset: parser.offset, sentence: `nested more than ${DEEPEST} levels deep` });
      break;
    }
  }
  // Even after too deep nesting, because the error that caused it may be earlier in the text.
  yield* parser.end();
}
