/** Counters of the node in the text format of Prometheus: few names, few labels, nothing per message. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export class Metrics {
  readonly #requests = new Map<string, { count: number; seconds: number }>();
  readonly #loop = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#loop.enable();
  }

  /** @param route the pattern, never the address, so that labels stay few. */
  answered(method: string, route: string, status: number, seconds: number): void {
    const labels = `method="${method}",route="${route}",status="${status}"`;
    const seen = this.#requests.get(labels) ?? { count: 0, seconds: 0 };
    seen.count += 1;
    seen.seconds += seconds;
    this.#requests.set(labels, seen);
  }

  text(gauges: Readonly<Record<string, number>> = {}): string {
    const { rss, heapUsed } = process.memoryUsage();
    const lines = [
      ...gauge('process_resident_memory_bytes', 'Resident memory.', rss),
      ...gauge('nodejs_heap_size_used_bytes', 'Heap in use.', heapUsed),
      ...gauge('process_uptime_seconds', 'Seconds since the start.', Math.round(process.uptime())),
      ...gauge(
        'nodejs_eventloop_lag_p99_seconds',
        'Event loop delay, 99th percentile.',
        this.#loop.percentile(99) / 1e9,
      ),
      ...Object.entries(gauges).flatMap(([name, value]) => gauge(name, 'See the names of the garage.', value)),
      '# HELP pitlane_http_requests_total Answers, by route and status.',
      '# TYPE pitlane_http_requests_total counter',
      ...[...this.#requests].map(([labels, { count }]) => `pitlane_http_requests_total{${labels}} ${count}`),
      '# HELP pitlane_http_request_seconds_total Seconds spent on them.',
      '# TYPE pitlane_http_request_seconds_total counter',
      ...[...this.#requests].map(([labels, { seconds }]) => `pitlane_http_request_seconds_total{${labels}} ${seconds}`),
    ];
    return `${lines.join('\n')}\n`;
  }

  close(): void {
    this.#loop.disable();
  }
}

const gauge = (name: string, help: string, value: number): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`,
  `${name} ${value}`,
];
