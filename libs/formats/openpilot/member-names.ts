/**
 * What the members of `Event`'s union are called. A member keeps its number for ever, but openpilot renames members as it
 * goes on, so names are pinned here: those of the schema in openpilot 0.9.7 (github.com/commaai/cereal, `log.capnp` at
 * 87b5f7e of 2024), and behind them each later member under the name it came with (github.com/commaai/openpilot at 002b102
 * of 2026). Where a later member took over a name, both have that topic, and the channel's metadata tells them apart.
 */
export const NAMES_FROM = 'openpilot 0.9.7, later members as of 2026';

/** By number, which counts the fields of the union in the order of their ordinals. */
const NAMES: readonly string[] = `
  initData roadCameraState gpsNMEA sensorEventDEPRECATED can deviceState controlsState liveEventDEPRECATED model
  featuresDEPRECATED sensorEventsDEPRECATED pandaStateDEPRECATED radarState liveUIDEPRECATED roadEncodeIdx liveTracks
  sendcan logMessage liveCalibration androidLog gpsLocation carState carControl longitudinalPlan liveLocationDEPRECATED
  ethernetDataDEPRECATED navUpdateDEPRECATED cellInfoDEPRECATED wifiScanDEPRECATED androidGnssDEPRECATED qcomGnss
  lidarPtsDEPRECATED procLog ubloxGnss clocks liveMpcDEPRECATED liveLongitudinalMpcDEPRECATED navStatusDEPRECATED
  ubloxRaw gpsPlannerPointsDEPRECATED gpsPlannerPlanDEPRECATED applanixRawDEPRECATED trafficEventsDEPRECATED
  liveLocationTimingDEPRECATED orbslamCorrectionDEPRECATED liveLocationCorrectedDEPRECATED orbObservationDEPRECATED
  gpsLocationExternal locationDEPRECATED uiNavigationEventDEPRECATED liveLocationKalmanDEPRECATED testJoystick
  orbOdometryDEPRECATED orbFeaturesDEPRECATED applanixLocationDEPRECATED orbKeyFrameDEPRECATED uiLayoutStateDEPRECATED
  orbFeaturesSummaryDEPRECATED driverStateDEPRECATED boot liveParameters liveMapDataDEPRECATED cameraOdometry
  lateralPlanDEPRECATED kalmanOdometryDEPRECATED thumbnail onroadEvents carParams driverCameraState
  driverMonitoringState liveLocationKalman sentinel wideRoadCameraState modelV2 driverEncodeIdx wideRoadEncodeIdx
  managerState uploaderState peripheralState pandaStates navInstruction navRoute navThumbnail errorLogMessage
  roadEncodeData driverEncodeData wideRoadEncodeData qRoadEncodeData qRoadEncodeIdx gnssMeasurements driverStateV2
  userFlag liveTorqueParameters magnetometer lightSensor temperatureSensor accelerometer gyroscope gyroscope2
  accelerometer2 uiDebug microphone navModel mapRenderState uiPlan customReserved0 customReserved1 customReserved2
  customReserved3 customReserved4 customReserved5 customReserved6 customReserved7 customReserved8 customReserved9
  livestreamRoadEncodeIdx livestreamWideRoadEncodeIdx livestreamDriverEncodeIdx livestreamRoadEncodeData
  livestreamWideRoadEncodeData livestreamDriverEncodeData temperatureSensor2 customReservedRawData0
  customReservedRawData1 customReservedRawData2 carOutput
  drivingModelData livePose selfdriveState liveTracks driverAssistance alertDebug onroadEvents touch customReserved10
  customReserved11 customReserved12 customReserved13 customReserved14 customReserved15 customReserved16
  customReserved17 customReserved18 customReserved19 liveDelay rawAudioData bookmarkButton audioFeedback
  lateralManeuverPlan driverMonitoringState chestnutState chestnutGpuState livestreamAudio
`
  .trim()
  .split(/\s+/);

/** A member that is not known here, of a fork or of a later openpilot, is named after its number. */
export const memberName = (member: number): string => NAMES[member] ?? `event_${member}`;

/** Members whose content the reader looks at. */
export const INIT_DATA = 0;
export const CLOCKS = 34;
export const BOOT = 59;
