import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Does what it is told in a line, and answers with how many tasks or items per second that were. */
const PROGRAM = `
import multiprocessing, sys, time

def square(n): return n * n

def produce(orders, queue, pipe):
    for kind, count in iter(orders.recv, None):
        put = queue.put if kind == 'queue' else pipe.send
        for i in range(count): put(i)

def increment(orders, lock, value, shared):
    for kind, count in iter(orders.recv, None):
        if kind == 'value':
            for i in range(count):
                with value.get_lock(): value.value += 1
        else:
            for i in range(count):
                with lock: shared['count'] += 1
        orders.send(True)

def rate(count, run):
    start = time.perf_counter()
    run()
    return count / (time.perf_counter() - start)

def consume(count, get):
    for _ in range(count): get()

orders, produced = multiprocessing.Pipe()
queue = multiprocessing.Queue()
pipe, sending = multiprocessing.Pipe()
producer = multiprocessing.Process(target=produce, args=(produced, queue, sending), daemon=True)
producer.start()

lock = multiprocessing.Lock()
value = multiprocessing.Value('i', 0)
shared = multiprocessing.Manager().dict(count=0)
counters = []
for i in range(2):
    mine, its = multiprocessing.Pipe()
    multiprocessing.Process(target=increment, args=(its, lock, value, shared), daemon=True).start()
    counters.append(mine)

def count_up(kind, count):
    for counter in counters: counter.send((kind, count // 2))
    for counter in counters: counter.recv()

with multiprocessing.Pool(2) as pool:
    for line in sys.stdin:
        kind, count, *rest = line.split()
        count = int(count)
        if kind == 'map':
            print(rate(count, lambda: pool.map(square, range(count), chunksize=int(rest[0]) or None)), flush=True)
        elif kind in ('value', 'dict'):
            print(rate(count, lambda: count_up(kind, count)), flush=True)
        else:
            orders.send((kind, count))
            print(rate(count, lambda: consume(count, queue.get if kind == 'queue' else pipe.recv)), flush=True)
`;

/** Python's multiprocessing: a pool of two processes, one more that puts items into a queue or a pipe, and two that count. */
export class Python {
  readonly #process = spawn('python3', ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  readonly #lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();

  /** Tasks per second of `Pool.map`. @param chunk 0 for its own choice. */
  map(tasks: number, chunk: number): Promise<number> {
    return this.#rate(`map ${tasks} ${chunk}`);
  }

  /** Items per second from another process to this one. */
  channel(kind: 'queue' | 'pipe', items: number): Promise<number> {
    return this.#rate(`${kind} ${items}`);
  }

  /** Increments per second of two processes together: of a `Value` in its lock, or of an entry of `Manager().dict()` in a lock. */
  increments(kind: 'value' | 'dict', count: number): Promise<number> {
    return this.#rate(`${kind} ${count}`);
  }

  end(): void {
    this.#process.stdin.end();
  }

  async #rate(line: string): Promise<number> {
    this.#process.stdin.write(`${line}\n`);
    const { value } = await this.#lines.next();
    return Number(value);
  }
}
