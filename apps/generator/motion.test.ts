import { describe, expect, it } from 'vitest';
import { canFramesAt } from './can.ts';
import { Gnss } from './gnss.ts';
import { Imu } from './imu.ts';
import { Motion, TICK_S, TICKS_PER_S, type VehicleState } from './motion.ts';
import { Random } from './random.ts';

function drive(seed: number, seconds: number): VehicleState[] {
  const motion = new Motion(seed);
  return Array.from({ length: seconds * TICKS_PER_S }, () => {
    const state = motion.state();
    motion.advance();
    return state;
  });
}

describe('the motion of the car', () => {
  const states = drive(5, 120);

  it('starts from a standstill, cruises and stops again', () => {
    expect(states[0]?.speedMps).toBe(0);
    const speeds = states.map((state) => state.speedMps);
    expect(Math.max(...speeds)).toBeGreaterThan(7);
    expect(Math.max(...speeds)).toBeLessThan(16);
    const stopped = states.filter((state) => state.timeS > 5 && state.speedMps === 0);
    expect(stopped.length).toBeGreaterThan(TICKS_PER_S);
  });

  it('has one truth: position, heading, speed and yaw rate follow from one another', () => {
    for (const [at, now] of states.entries()) {
      const before = at > 0 ? states.at(at - 1) : undefined;
      if (!before) continue;
      const step = Math.sqrt((now.xM - before.xM) ** 2 + (now.yM - before.yM) ** 2);
      expect(Math.abs(step - ((before.speedMps + now.speedMps) / 2) * TICK_S)).toBeLessThan(1e-4);
      const turned = (now.headingRad - before.headingRad) / TICK_S;
      expect(Math.abs(turned - now.yawRateRadps)).toBeLessThan(0.01);
      expect(Math.abs((now.speedMps - before.speedMps) / TICK_S)).toBeLessThan(5);
      expect(Math.abs(now.speedMps * now.yawRateRadps)).toBeLessThan(4);
    }
  });

  it('shows in the wheel speeds on the bus', () => {
    const random = new Random(1);
    for (const state of states.slice(0, 8000)) {
      const wheels = canFramesAt(state, random).find((frame) => frame.id === 0x0b0);
      if (!wheels) continue;
      const view = new DataView(wheels.data.buffer);
      const mean = [0, 2, 4, 6].reduce((sum, offset) => sum + view.getInt16(offset, true), 0) / 4;
      expect(Math.abs(mean / 100 / 3.6 - state.speedMps)).toBeLessThan(0.05);
    }
  });

  it('shows in the inertial unit and on the map', () => {
    const imu = new Imu(new Random(2));
    const gnss = new Gnss(new Random(3));
    const places = states.map((state) => {
      const reading = imu.read(state);
      expect(Math.abs(reading.angularVelocity[2] - state.yawRateRadps)).toBeLessThan(0.1);
      return reading.linearAcceleration[2];
    });
    const mean = places.reduce((sum, value) => sum + value, 0) / places.length;
    expect(Math.abs(mean - 9.80665)).toBeLessThan(0.1);
    const [start, end] = [states.at(0) as VehicleState, states.at(-1) as VehicleState];
    const [first, last] = [gnss.read(start), gnss.read(end)];
    const northM = (last.latitude - first.latitude) * 111_319.49;
    expect(Math.abs(northM - end.yM)).toBeLessThan(5);
  });

  it('forgets the road behind without changing the road ahead', () => {
    const [long, again] = [drive(9, 300), drive(9, 300)];
    expect(long.at(-1)).toEqual(again.at(-1));
    expect((long.at(-1) as VehicleState).sM).toBeGreaterThan(1000);
  });
});
