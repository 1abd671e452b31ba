/** A proxy of toxiproxy before one service, and the faults that it adds to what passes. */

export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'limit_data' | 'reset_peer' | 'timeout' | 'slicer';
  readonly stream: 'upstream' | 'downstream';
  /** As toxiproxy documents them: latency and jitter in ms, rate in KB/s, bytes, timeout in ms. */
  readonly attributes: Readonly<Record<string, number>>;
}

export class FaultyLink {
  readonly #api: string;
  readonly #name: string;

  private constructor(api: string, name: string) {
    this.#api = api;
    this.#name = name;
  }

  /** @param api where toxiproxy is told what to do */
  static async open(api: string, name: string, { listen, upstream }: { listen: string; upstream: string }) {
    const link = new FaultyLink(api, name);
    await link.#ask('POST', '/proxies', { name, listen, upstream });
    return link;
  }

  async add(name: string, toxic: Toxic): Promise<void> {
    await this.#ask('POST', `/proxies/${this.#name}/toxics`, { name, ...toxic });
  }

  async remove(name: string): Promise<void> {
    await this.#ask('DELETE', `/proxies/${this.#name}/toxics/${name}`);
  }

  /** Cuts every connection, and takes new ones only when it is enabled again. */
  async enable(enabled: boolean): Promise<void> {
    await this.#ask('POST', `/proxies/${this.#name}`, { enabled });
  }

  async close(): Promise<void> {
    await this.#ask('DELETE', `/proxies/${this.#name}`);
  }

  async #ask(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${this.#api}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`toxiproxy, ${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}
