// JavaScript modules; no package.json says so.
import { isMain, spawn } from 'troupe';
import { ManualClock } from 'troupe/testing';
import { Greeter } from './greeter.js';

if (isMain(import.meta)) {
  for (const host of ['local', 'thread', 'process']) {
    const greeter = await spawn(Greeter, { host, name: host });
    console.log(await greeter.ask.greet('module'));
  }
  console.log(new ManualClock().now());
}
