/** The tokens of a YAML text, up to the first thing that is refused whatever follows. */
import { type CST, Lexer, type LineCounter, Parser } from 'yaml';
import { quote } from './problem.js';
import type { Offense } from './yaml-tree.js';

/** What no file of ours comes near. Composing recurses, and a stack overflow within it can end the process. */
const DEEPEST = 64;

/**
 * @param lines is told where each line starts.
 * @param refuse is called at most once, right before the tokens end.
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
    // Composing reports it. A file that is nothing but errors would take long to report in full.
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
  // Also after too deep a nesting: the error that led to it may come earlier in the text.
  yield* parser.end();
}
