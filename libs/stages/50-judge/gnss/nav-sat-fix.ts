/** ROS's sensor_msgs/NavSatFix: behind the header and its frame stands a status, below 0 without a fix. */

const FRAME_ID_BYTES_MAX = 1024;

export function navSatFix(data: Uint8Array, encoding: 'ros1' | 'cdr'): boolean | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const isLittle = encoding === 'ros1' || (data[1] ?? 0) % 2 === 1;
  // Sequence and stamp in ROS 1; the encapsulation and the stamp in ROS 2.
  const frameAt = 12;
  if (frameAt + 4 > data.byteLength) return undefined;
  const frameBytes = view.getUint32(frameAt, isLittle);
  const statusAt = frameAt + 4 + frameBytes;
  if (frameBytes > FRAME_ID_BYTES_MAX || statusAt >= data.byteLength) return undefined;
  return view.getInt8(statusAt) >= 0;
}
