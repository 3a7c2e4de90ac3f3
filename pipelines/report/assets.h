/* style.css and script.js of this folder, embedded in the program. */
#ifndef SINK_PIPELINES_REPORT_ASSETS_H
#define SINK_PIPELINES_REPORT_ASSETS_H

extern const char *const sink_report_style, *const sink_report_script;

#endif
