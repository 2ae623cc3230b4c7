/** What one service answered on `/metrics`. */
export interface ScrapedService {
  readonly name: string;
  readonly text: string;
}

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** The page that lists every metric, from what the services of a booted stack answer. */
export function metricsPage(scraped: readonly ScrapedService[]): string {
  const owners = new Map<string, string[]>();
  const metrics = new Map<string, Metric>();
  for (const { name: service, text } of scraped)
    for (const metric of metricsIn(text)) {
      metrics.set(metric.name, metric);
      owners.set(metric.name, [...(owners.get(metric.name) ?? []), service]);
    }
  const rows = [...metrics.values()]
    .filter(({ name }) => !/^(nodejs|process)_/.test(name))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((metric) => row(metric, owners.get(metric.name) ?? [], scraped.length));
  return `${INTRODUCTION}
| metric | type | what | of |
| --- | --- | --- | --- |
${rows.join('\n')}

${NODE}`;
}

const INTRODUCTION = `# Metrics

Every service answers \`GET /metrics\` in the text format of Prometheus; each series carries \`service\`. This list is checked against a
booted stack by \`tests/metrics.e2e.test.ts\`, and renewed by \`npx vitest run tests/metrics -u\`.

Rate, errors and duration are all in \`http_request_duration_seconds\`: its count by \`status\` gives the first two. A cache's hit rate is the
share of \`outcome="hit"\` in \`cache_reads_total\`. Gauges of the queues, the outbox and the pool are read at the scrape itself, for at
most half a second: a broker that hangs costs its own series and no more.
`;

const NODE = `## The process

The usual ones of \`prom-client\`, under \`process_\` and \`nodejs_\`. The two to look at first are \`nodejs_eventloop_lag_p50_seconds\` and
\`nodejs_eventloop_lag_p99_seconds\`. Node measures in nanoseconds and they are given in seconds; the measurement is a timer of 10 ms whose
interval is counted in, so that an idle process shows 0.010, and what is above that is the delay.
`;

function row({ name, type, help }: Metric, services: readonly string[], all: number): string {
  const of = services.length === all ? 'all' : services.join(', ');
  return `| \`${name}\` | ${type} | ${help} | ${of} |`;
}

function metricsIn(text: string): readonly Metric[] {
  const lines = text.split('\n');
  return lines.flatMap((line) => {
    const [, name, help] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    if (name === undefined || help === undefined) return [];
    const type = lines.find((candidate) => candidate.startsWith(`# TYPE ${name} `))?.split(' ')[3] ?? 'untyped';
    return [{ name, type, help }];
  });
}
