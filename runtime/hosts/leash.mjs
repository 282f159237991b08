// Runs in a small thread of each process host, whatever the host's main thread is busy with: when the parent is
// gone, its end of the leash is closed, and the process ends. See LEASH_FD in process-host.ts.
import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';

const end = () => process.kill(process.pid, 'SIGKILL');
new Socket({ fd: workerData.fd, readable: true, writable: false }).on('error', end).on('close', end).resume();
