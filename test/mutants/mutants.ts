import { API } from 'typescript/unstable/sync';
import type { Node } from 'typescript/unstable/ast';
import { SyntaxKind } from 'typescript/unstable/ast';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECISIONS } from './decisions.ts';
import type { Mutation } from './operators.ts';
import { mutationsOf } from './operators.ts';

/** A decision function with one change. */
export interface Mutant extends Mutation {
  readonly path: string;
  readonly function: string;
  readonly line: number;
  readonly from: string;
  /** The whole file, as it is and changed. */
  readonly original: string;
  readonly text: string;
}

/** All mutants of the decision functions below `root`. @throws {Error} A function isn't where it should be. */
export function allMutants(root: string): readonly Mutant[] {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] }).getProjects();
    return DECISIONS.flatMap(({ path, functions }) => {
      const text = readFileSync(join(root, path), 'utf8');
      const file = project?.program.getSourceFile(join(root, path));
      if (file === undefined) throw new Error(`${path} is no part of the project`);
      const found = functionsIn(file, text);
      return functions.flatMap((name) => {
        const body = found.get(name);
        if (body === undefined) throw new Error(`${path} has no function ${name}`);
        return unique(mutationsOf(body, text)).map((mutation) => ({
          ...mutation, path, function: name, line: text.slice(0, mutation.start).split('\n').length,
          from: text.slice(mutation.start, mutation.end),
          original: text,
          text: text.slice(0, mutation.start) + mutation.to + text.slice(mutation.end),
        }));
      });
    });
  } finally {
    api.close();
  }
}

/** Functions and methods by their names. */
function functionsIn(file: Node, text: string): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  const visit = (node: Node): void => {
    if (node.kind === SyntaxKind.FunctionDeclaration || node.kind === SyntaxKind.MethodDeclaration) {
      let name: string | undefined;
      node.forEachChild((child) => {
        if (child.kind === SyntaxKind.Identifier || child.kind === SyntaxKind.PrivateIdentifier) name ??= text.slice(child.getStart(), child.end);
        if (child.kind === SyntaxKind.Block && name !== undefined) found.set(name, child);
      });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

function unique(mutations: readonly Mutation[]): readonly Mutation[] {
  return [...new Map(mutations.map((each) => [`${each.start} ${each.end} ${each.to}`, each])).values()];
}
