const { pathToFileURL } = require('node:url');
const troupe = require('troupe');
const { ManualClock } = require('troupe/testing');

const { actor, isMain, spawn } = troupe;
const meta = { url: pathToFileURL(__filename).href };

exports.Greeter = actor(meta, {
  init: () => null,
  handlers: { greet: (ctx, whom) => `hello ${whom} from ${ctx.name}` },
});

async function main() {
  for (const host of ['local', 'thread', 'process']) {
    const greeter = await spawn(exports.Greeter, { host, name: host });
    console.log(await greeter.ask.greet('CommonJS'));
  }
  console.log(new ManualClock().now(), (await import('troupe')).spawn === spawn);
}

if (isMain(meta)) main();
