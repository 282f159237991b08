/** What handlers throw that shouldn't, made anew by each call. */
export const THROWN: Readonly<Record<string, () => unknown>> = {
  'an error with a code and data': () => {
    const error = new RangeError('out of paper', { cause: new Error('the tray') });
    return Object.assign(error, { code: 'E_PAPER', sheets: { left: 0 } });
  },
  null: () => null,
  undefined: () => undefined,
  'a text': () => 'just a text',
  'an object': () => ({ status: 500, list: [1] }),
  'a function': () => () => 'called',
  'a symbol': () => Symbol('thrown'),
  'an error with function properties': () => Object.assign(new Error('with functions'), { retry: () => true, left: 3 }),
  'an error whose cause can’t be sent': () => {
    return new Error('outer', { cause: Object.assign(new Error('inner'), { socket: new WeakMap(), port: 80 }) });
  },
  'an error of a class of its own': () => new PaperJam('jammed'),
  'an error of structuredClone': () => thrownBy(() => structuredClone(() => 1)),
  'a stack overflow': () => thrownBy(recurse),
};

class PaperJam extends Error {
  override readonly name = 'PaperJam';
  readonly tray = 2;
  open(): void { throw this; }
}

function recurse(): number { return recurse() + 1; }

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
