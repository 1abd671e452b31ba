#!/usr/bin/env node
/**
 * Real services and stand-ins on this machine, without Docker: `provision` installs them at exact versions, `run` starts
 * them on free loopback ports around a command. What a service is stands in its own folder beside this file.
 */
import { parseArgs } from 'node:util';
import { knownServices, servicesNamed } from './frame/known-services.mjs';
import { provision } from './frame/provision.mjs';
import { runAround } from './frame/run-around.mjs';

const USAGE = `node deploy/local/services.mjs provision [NAME…]
node deploy/local/services.mjs run [--only NAME,…] [-- COMMAND …]

provision  installs services below $PITLANE_SERVICES_DIR (default .services in the repository root)
run        starts services, waits until each answers, runs COMMAND with their addresses in its environment, and stops
           them; without COMMAND it prints the addresses and stays until Ctrl-C

Services: ${(await knownServices()).join(', ')}`;

async function main(args) {
  const commandAt = args.includes('--') ? args.indexOf('--') : args.length;
  const command = args.slice(commandAt + 1);
  const { values, positionals } = parseArgs({
    args: args.slice(0, commandAt),
    allowPositionals: true,
    options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [verb, ...names] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (verb === 'provision' && command.length === 0 && values.only === undefined) {
    return provision(await servicesNamed(names));
  }
  if (verb === 'run' && names.length === 0)
    return runAround(await servicesNamed(values.only?.split(',') ?? []), command);
  throw Object.assign(new Error(USAGE), { usage: true });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error.usage === true || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(error.message);
  process.exitCode = isUsage ? 2 : 1;
}
