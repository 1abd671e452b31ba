/** What the car's computers say of themselves once a second, as diagnostics and as lines of the logger's journal. */
import type { VehicleState } from './motion.ts';
import type { Random } from './random.ts';
import type { DiagnosticStatus } from './ros-messages.ts';

export function diagnosticsAt(state: VehicleState, random: Random): DiagnosticStatus[] {
  const cpuC = 61 + state.timeS * 0.004 + random.gaussian(1.2);
  const load = 54 + state.speedMps + random.gaussian(4);
  const dropped = random.unit() < 0.03 ? 1 + (random.uint32() % 3) : 0;
  return [
    {
      level: 0,
      name: 'compute: cpu',
      message: 'Temperature and load are normal',
      hardwareId: 'adcu-0',
      values: { temperature_c: cpuC.toFixed(1), load_percent: load.toFixed(1) },
    },
    {
      level: dropped > 0 ? 1 : 0,
      name: 'camera_front: stream',
      message: dropped > 0 ? 'Frames were late' : 'Streaming',
      hardwareId: 'cam-front',
      values: { fps: (10 + random.gaussian(0.02)).toFixed(2), late_frames: String(dropped) },
    },
    {
      level: 0,
      name: 'lidar_top: head',
      message: 'Spinning',
      hardwareId: 'lidar-top',
      values: { rpm: (600 + random.gaussian(0.7)).toFixed(1), head_c: (44 + random.gaussian(0.5)).toFixed(1) },
    },
    {
      level: 0,
      name: 'gnss: receiver',
      message: 'Fix with corrections',
      hardwareId: 'gnss-0',
      values: { satellites: String(17 + (random.uint32() % 6)), age_s: (0.8 + random.unit()).toFixed(2) },
    },
  ];
}

const LEVELS = ['INFO', 'WARN', 'ERROR'] as const;

/** The same facts as the recorder writes them to its plain journal. */
export function journalLines(timeText: string, statuses: readonly DiagnosticStatus[], state: VehicleState): string {
  const lines = statuses.map((status) => {
    const values = Object.entries(status.values).map(([key, value]) => `${key}=${value}`);
    return `${timeText} ${LEVELS[status.level].padEnd(5)} [${status.hardwareId}] ${status.name}: ${status.message} ${values.join(' ')}`;
  });
  lines.push(
    `${timeText} INFO  [recorder] vehicle: speed_mps=${state.speedMps.toFixed(2)} odometer_m=${state.sM.toFixed(1)}`,
  );
  return `${lines.join('\n')}\n`;
}
