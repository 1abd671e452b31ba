/**
 * The node and the command, for programs and tests that start them: `openNode` puts a whole node together in this
 * process, `withNode` finds or makes one, `runProgram` runs one command line. Main wires them to a terminal; nothing here
 * reads the environment.
 */
export type { CommandContext } from './command-context.ts';
export { Exit, type ExitCode, exitCodeOf } from './exit-codes.ts';
export { NodeClient, type NodeAddress } from './node/node-client.ts';
export { Terminal } from './output/terminal.ts';
export { runProgram } from './program.ts';
export { SETTINGS, type Settings, settingsMarkdown } from './settings.ts';
export { type OpenNode, openNode, type OpenNodeOptions } from './wiring/open-node.ts';
export { withNode, type WithNodeOptions } from './wiring/with-node.ts';
