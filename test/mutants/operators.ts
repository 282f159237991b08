import type { Node } from 'typescript/unstable/ast';
import { SyntaxKind } from 'typescript/unstable/ast';

/** One change of a source. */
export interface Mutation {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/** A function's syntax with its text. */
interface Source {
  readonly text: string;
}

type Operator = (node: Node, source: Source) => readonly Mutation[];

/** All changes that the operators make below `root`, each by itself. */
export function mutationsOf(root: Node, text: string): readonly Mutation[] {
  const found: Mutation[] = [];
  const visit = (node: Node): void => {
    for (const operator of OPERATORS) found.push(...operator(node, { text }));
    node.forEachChild((child) => { visit(child); });
  };
  visit(root);
  return found;
}

const FLIPS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'], '===': ['!=='], '!==': ['==='],
};
const TERMS: ReadonlySet<string> = new Set(['&&', '||', '??', '+', '-', '*', '/', '**']);
/** What stands for another of its kind. */
const CYCLES: readonly (readonly string[])[] = [
  ['normal', 'shutdown', 'killed', 'error', 'intensity', 'host_down', 'stalled'],
  ['permanent', 'transient', 'temporary'],
  ['one_for_one', 'one_for_all', 'rest_for_one'],
  ['never', 'any_significant', 'all_significant'],
  ['restart', 'remove', 'give_up', 'auto_shutdown'],
  ['running', 'restarting', 'stopped'],
  ['sequential', 'parallel'],
];
/** Methods that do the same the other way round. */
const OPPOSITES: Readonly<Record<string, string>> = {
  find: 'findLast', findLast: 'find', findIndex: 'findLastIndex', indexOf: 'lastIndexOf', push: 'unshift', unshift: 'push', shift: 'pop', pop: 'shift',
  some: 'every', every: 'some', min: 'max', max: 'min',
};

const flipComparison: Operator = (node, { text }) => {
  const operator = operatorOf(node, text);
  return operator === undefined ? [] : (FLIPS[operator.text] ?? []).map((to) => change('flip a comparison', operator, to));
};

const offByOne: Operator = (node, { text }) => {
  if (node.kind !== SyntaxKind.NumericLiteral) return [];
  const span = spanOf(node, text);
  const value = Number(span.text.replaceAll('_', ''));
  return [value + 1, ...value > 0 ? [value - 1] : []].map((to) => change('off by one', span, String(to)));
};

const dropTerm: Operator = (node, { text }) => {
  const operator = operatorOf(node, text);
  if (operator !== undefined && TERMS.has(operator.text)) {
    const [left, , right] = childrenOf(node);
    return [left, right].flatMap((kept) => kept === undefined ? [] : [change('drop a term', spanOf(node, text), spanOf(kept, text).text)]);
  }
  if (node.kind === SyntaxKind.PrefixUnaryExpression) {
    const span = spanOf(node, text);
    return span.text.startsWith('!') || span.text.startsWith('-') ? [change('drop a term', span, span.text.slice(1))] : [];
  }
  if (node.kind !== SyntaxKind.ArrayLiteralExpression) return [];
  const items = childrenOf(node).map((item) => spanOf(item, text).text);
  return items.map((_, dropped) => change('drop a term', spanOf(node, text), `[${items.filter((_item, i) => i !== dropped).join(', ')}]`));
};

const swapReasons: Operator = (node, { text }) => {
  const span = spanOf(node, text);
  if (node.kind === SyntaxKind.TrueKeyword) return [change('swap reasons', span, 'false')];
  if (node.kind === SyntaxKind.FalseKeyword) return [change('swap reasons', span, 'true')];
  if (node.kind !== SyntaxKind.StringLiteral || isType(node)) return [];
  const value = span.text.slice(1, -1);
  const cycle = CYCLES.find((words) => words.includes(value));
  if (cycle === undefined) return [];
  return [change('swap reasons', span, `'${cycle[(cycle.indexOf(value) + 1) % cycle.length]}'`)];
};

const reverseOrder: Operator = (node, { text }) => {
  if (node.kind === SyntaxKind.ArrayLiteralExpression) {
    const items = childrenOf(node).map((item) => spanOf(item, text).text);
    return items.length < 2 ? [] : [change('reverse an order', spanOf(node, text), `[${items.toReversed().join(', ')}]`)];
  }
  if (node.kind !== SyntaxKind.PropertyAccessExpression) return [];
  const children = childrenOf(node);
  const name = children.at(-1);
  if (name === undefined) return [];
  const span = spanOf(name, text);
  if (span.text === 'toReversed') return [change('reverse an order', span, 'slice')];
  const opposite = Object.hasOwn(OPPOSITES, span.text) ? OPPOSITES[span.text] : undefined;
  return opposite === undefined ? [] : [change('reverse an order', span, opposite)];
};

const skipBranch: Operator = (node, { text }) => {
  const span = spanOf(node, text);
  switch (node.kind) {
    case SyntaxKind.IfStatement:
    case SyntaxKind.ConditionalExpression: {
      const [condition] = childrenOf(node);
      if (condition === undefined) return [];
      return ['true', 'false'].map((to) => change('skip a branch', spanOf(condition, text), to));
    }
    // What it did falls to the case that follows, or to nobody.
    case SyntaxKind.CaseClause: {
      const [, ...body] = childrenOf(node);
      const [first, last] = [body[0], body.at(-1)];
      if (first === undefined || last === undefined) return [];
      return [change('skip a branch', { start: spanOf(first, text).start, end: last.end }, '')];
    }
    case SyntaxKind.ExpressionStatement: return [change('skip a branch', span, ';')];
    default: return [];
  }
};

const OPERATORS: readonly Operator[] = [flipComparison, offByOne, dropTerm, swapReasons, reverseOrder, skipBranch];

interface Span {
  readonly start: number;
  readonly end: number;
}

function change(operator: string, { start, end }: Span, to: string): Mutation {
  return { operator, start, end, to };
}

/** Where a node's text is, without what precedes it. */
function spanOf(node: Node, text: string): Span & { readonly text: string } {
  const start = node.getStart();
  return { start, end: node.end, text: text.slice(start, node.end) };
}

function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  node.forEachChild((child) => { children.push(child); });
  return children;
}

/** The operator between the two sides of a binary expression. */
function operatorOf(node: Node, text: string): (Span & { readonly text: string }) | undefined {
  if (node.kind !== SyntaxKind.BinaryExpression) return undefined;
  const operator = childrenOf(node)[1];
  return operator === undefined ? undefined : spanOf(operator, text);
}

function isType(node: Node): boolean {
  return node.parent.kind === SyntaxKind.LiteralType;
}
