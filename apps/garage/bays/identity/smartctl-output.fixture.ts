/** Answers of `smartctl --json -H -A -i` as its schema has them: an ATA and an NVMe disk, each whole, and each cut to its faults. */

const tool = (exitStatus: number, message?: string) => ({
  json_format_version: [1, 0],
  smartctl: {
    version: [7, 3],
    argv: ['smartctl', '--json', '-H', '-A', '-i', '/dev/sdb'],
    ...(message !== undefined && { messages: [{ string: message, severity: 'error' }] }),
    exit_status: exitStatus,
  },
});

export interface AtaFaults {
  readonly reallocated?: number;
  readonly pending?: number;
  readonly passed?: boolean;
  /** `FAILING_NOW` of this attribute. */
  readonly whenFailed?: string;
}

export function ataAnswer({ reallocated = 0, pending = 0, passed = true, whenFailed = '' }: AtaFaults = {}) {
  const attribute = (id: number, name: string, raw: number | { value: number; string: string }) => ({
    id,
    name,
    value: 100,
    worst: 100,
    thresh: 10,
    when_failed: name === whenFailed ? 'now' : '',
    flags: { value: 51, string: 'PO--CK ', prefailure: true, updated_online: true },
    raw: typeof raw === 'number' ? { value: raw, string: String(raw) } : raw,
  });
  return {
    ...tool(passed ? 0 : 8),
    device: { name: '/dev/sdb', info_name: '/dev/sdb [SAT]', type: 'sat', protocol: 'ATA' },
    model_family: 'Samsung based SSDs',
    model_name: 'Samsung SSD 870 EVO 2TB',
    serial_number: 'S3Z9NB0K123456A',
    user_capacity: { blocks: 3907029168, bytes: 2000398934016 },
    smart_support: { available: true, enabled: true },
    smart_status: { passed },
    ata_smart_attributes: {
      revision: 1,
      table: [
        attribute(5, 'Reallocated_Sector_Ct', reallocated),
        attribute(9, 'Power_On_Hours', { value: 0x1234000007d0, string: '2000h+12m+00.000s' }),
        attribute(177, 'Wear_Leveling_Count', 12),
        attribute(197, 'Current_Pending_Sector', pending),
        attribute(198, 'Offline_Uncorrectable', 0),
        attribute(194, 'Temperature_Celsius', { value: 0x2d00180028, string: '40 (Min/Max 24/45)' }),
      ],
    },
    power_on_time: { hours: 2000 },
    temperature: { current: 40 },
  };
}

export const nvmeAnswer = (log: Readonly<Record<string, number>> = {}, passed = true) => ({
  ...tool(0),
  device: { name: '/dev/nvme1', info_name: '/dev/nvme1', type: 'nvme', protocol: 'NVMe' },
  model_name: 'KIOXIA KCD81RUG7T68',
  serial_number: '7220A00QT5Z8',
  nvme_total_capacity: 7681501126656,
  smart_status: { passed, nvme: { value: log['critical_warning'] ?? 0 } },
  nvme_smart_health_information_log: {
    critical_warning: 0,
    temperature: 38,
    available_spare: 100,
    available_spare_threshold: 10,
    percentage_used: 3,
    data_units_written: 81234567,
    media_errors: 0,
    num_err_log_entries: 4,
    ...log,
  },
  temperature: { current: 38 },
  power_on_time: { hours: 5123 },
});

export const failedToOpen = tool(2, 'Smartctl open device: /dev/sdb failed: Permission denied');
export const unknownBridge = tool(1, '/dev/sdb: Unknown USB bridge [0x152d:0x0583 (0x209)]');
export const undetected = tool(1, '/dev/vda: Unable to detect device type');
