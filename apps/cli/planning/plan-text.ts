/** A plan in sentences. */
import { counted, textFromBytes } from '@pitlane/base/units';
import type { Plan } from './reckon.ts';

export function planText(plan: Plan): string {
  const { bytesToSend, bytesTheLinkCarries, hoursNeeded, backlogBytesPerDay, carsCarried } = plan;
  const lines = [
    `to send a day: ${textFromBytes(bytesToSend)}, which is ${hoursNeeded.toFixed(1)} h of the link`,
    `the link carries a day: ${textFromBytes(bytesTheLinkCarries)}, ${counted(carsCarried, 'car')} like these`,
    backlogBytesPerDay === 0
      ? 'backlog: none, each day is through before the next'
      : `backlog: grows by ${textFromBytes(backlogBytesPerDay)} a day: send less, longer or over a faster link`,
  ];
  if (plan.daysUntilSpoolIsFull !== null) {
    const days = plan.daysUntilSpoolIsFull;
    lines.push(days === 0 ? 'the spool is full on the first day' : `the spool is full after ${counted(days, 'day')}`);
  }
  return lines.join('\n');
}
