/** One line per topic and type, however many channels share it. */
interface TopicLine {
  readonly topic: string;
  readonly schemaName: string;
  messages: number;
}

export class TopicLines {
  readonly #lines = new Map<string, TopicLine>();

  get all(): readonly TopicLine[] {
    return [...this.#lines.values()];
  }

  add(topic: string, schemaName: string, messages: number): void {
    const key = JSON.stringify([topic, schemaName]);
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, { topic, schemaName, messages });
    else line.messages += messages;
  }
}
