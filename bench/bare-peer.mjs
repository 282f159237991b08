// What a round trip costs without us: sends back whatever comes, on a thread or in a process.
import { parentPort } from 'node:worker_threads';

if (parentPort === null) process.on('message', (message) => process.send(message));
else parentPort.on('message', (message) => parentPort.postMessage(message));
