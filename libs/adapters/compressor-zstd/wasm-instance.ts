/**
 * Runs a decoder that was compiled by Emscripten, one throw-away instance after another. The modules keep state between
 * calls (an LZ4 context in mid-frame after broken input poisons the next frame) and their heap only ever grows, so an
 * instance that failed or that grew large is dropped, and a fresh one is made at once from the compiled code.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** What both modules offer of Emscripten's interface. */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** The little of WebAssembly that is used here; Node's own type declarations leave it out. */
interface WasmCode {
  readonly wasmCode?: never;
}
interface WasmInstance {
  readonly exports: unknown;
}
interface WasmApi {
  compile(bytes: Uint8Array): Promise<WasmCode>;
  readonly Instance: new (code: WasmCode, imports: unknown) => WasmInstance;
}
const wasmApi = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;

type ModuleFactory = (overrides: {
  instantiateWasm(imports: unknown, receive: (instance: WasmInstance) => void): unknown;
  print(text: string): void;
  printErr(text: string): void;
}) => Promise<unknown>;

/** An instance whose heap grew past this is dropped after the call, so that memory follows the work at hand. */
const HEAP_KEPT_BYTES_MAX = 48 * 1024 * 1024;

/** wasm32 as built here ends at 2 GiB; input and output together stay well below it. */
const WORK_BYTES_MAX = 1536 * 1024 * 1024;

const require = createRequire(import.meta.url);

/** Decodes what lies at `from` into the room at `to`, and returns how many bytes it wrote. */
type Work<M> = (module: M, to: number, from: number) => number;

export class WasmDecoder<M extends EmscriptenModule> {
  readonly #name: string;
  readonly #factory: ModuleFactory;
  readonly #code: WasmCode;
  #instance: M | undefined;

  private constructor(name: string, factory: ModuleFactory, code: WasmCode) {
    this.#name = name;
    this.#factory = factory;
    this.#code = code;
  }

  /** Compiles the code once; `glue` and `wasm` are module paths inside an installed package. */
  static async load<M extends EmscriptenModule>(name: string, glue: string, wasm: string): Promise<WasmDecoder<M>> {
    const code = await wasmApi.compile(readFileSync(require.resolve(wasm)));
    return new WasmDecoder<M>(name, require(glue) as ModuleFactory, code);
  }

  /**
   * Copies `input` into the instance, lets `work` decode it, and returns a copy of exactly `sizeBytes` bytes.
   * `work` returns how many bytes it wrote; anything else than `sizeBytes`, or a throw, is corrupt input.
   */
  decode(input: Uint8Array, sizeBytes: number, work: Work<M>): Uint8Array {
    if (input.byteLength + sizeBytes > WORK_BYTES_MAX) {
      throw new PitlaneError('corrupt-input', `${this.#name}: ${sizeBytes} bytes are more than can be decoded at once`);
    }
    this.#instance ??= this.#fresh();
    const module = this.#instance;
    this.#instance = undefined; // only a clean way out of here puts it back
    const output = this.#decodeWith(module, input, sizeBytes, work);
    if (module.HEAPU8.byteLength <= HEAP_KEPT_BYTES_MAX) this.#instance = module;
    return output;
  }

  /** The same for input that does not say its size: what `work` wrote, or `more` if it says that more would have come. */
  decodeUpTo(input: Uint8Array, sizeBytesMax: number, work: Work<M>): Uint8Array | 'more' {
    let bytes = 0;
    const room = this.decode(input, sizeBytesMax, (module, to, from) => {
      bytes = work(module, to, from);
      return sizeBytesMax;
    });
    return bytes > sizeBytesMax ? 'more' : room.slice(0, bytes);
  }

  #decodeWith(module: M, input: Uint8Array, sizeBytes: number, work: Work<M>) {
    let written: number;
    let to: number;
    let from: number;
    try {
      // One spare byte, because malloc(0) may answer 0, which means failure for every other size.
      from = module._malloc(input.byteLength + 1);
      to = module._malloc(sizeBytes + 1);
      if (from === 0 || to === 0) throw new Error('out of memory');
      module.HEAPU8.set(input, from);
      written = work(module, to, from);
    } catch (error) {
      throw new PitlaneError('corrupt-input', `${this.#name}: ${messageOf(error)}`, { cause: error });
    }
    if (written !== sizeBytes) {
      throw new PitlaneError(
        'corrupt-input',
        `${this.#name}: ${written} bytes came out where ${sizeBytes} are declared`,
      );
    }
    const output = module.HEAPU8.slice(to, to + sizeBytes);
    module._free(from);
    module._free(to);
    return output;
  }

  #fresh(): M {
    const listeners = foreignListeners();
    const overrides = {
      instantiateWasm: (imports: unknown, receive: (instance: WasmInstance) => void) => {
        const instance = new wasmApi.Instance(this.#code, imports);
        receive(instance);
        return instance.exports;
      },
      print: () => {},
      printErr: () => {},
    };
    // With a synchronous `instantiateWasm` the glue is ready when it returns, and the overrides have become the module.
    this.#factory(overrides).catch(() => {});
    dropListenersBut(listeners);
    const module = overrides as unknown as M;
    if (typeof module._malloc !== 'function') throw new PitlaneError('internal', `${this.#name} did not start`);
    return module;
  }
}

/*
 * Emscripten's glue hooks itself into the process: it rethrows every uncaught exception and unhandled rejection from a
 * listener of its own, which changes how the whole node dies. A decoder has no business there.
 */
const PROCESS_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

const foreignListeners = () => PROCESS_EVENTS.map((event) => new Set<unknown>(process.listeners(event as 'exit')));

function dropListenersBut(kept: ReadonlySet<unknown>[]): void {
  PROCESS_EVENTS.forEach((event, at) => {
    for (const listener of process.listeners(event as 'exit')) {
      if (!kept[at]?.has(listener)) process.removeListener(event, listener);
    }
  });
}
