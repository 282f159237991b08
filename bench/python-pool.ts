import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Does what it is told in a line, `tasks chunk`, with `Pool.map`, and answers with how many tasks it has done per second. */
const PROGRAM = `
import multiprocessing, sys, time
def square(n): return n * n
with multiprocessing.Pool(2) as pool:
    for line in sys.stdin:
        tasks, chunk = map(int, line.split())
        start = time.perf_counter()
        pool.map(square, range(tasks), chunksize=chunk or None)
        print(tasks / (time.perf_counter() - start), flush=True)
`;

/** Python's pool of two processes. */
export class PythonPool {
  readonly #process = spawn('python3', ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  readonly #lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();

  /** Tasks per second. @param chunk 0 for its own choice. */
  async map(tasks: number, chunk: number): Promise<number> {
    this.#process.stdin.write(`${tasks} ${chunk}\n`);
    const { value } = await this.#lines.next();
    return Number(value);
  }

  end(): void {
    this.#process.stdin.end();
  }
}
