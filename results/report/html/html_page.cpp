// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/html_page.hpp"

#include "rig/base/version.hpp"

namespace soakrig::report {

namespace {

// Colours are variables, set twice: for light (and paper) and for dark.
constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--tint:#f6f8fa;
--pass:#1a7f37;--fail:#cf222e;--error:#8250df;--inconclusive:#9a6700;--none:#57606a;
--c0:#0969da;--c1:#bc4c00;--c2:#1a7f37;--c3:#8250df;--c4:#bf3989;--c5:#6e7781;--c6:#0f766e;--c7:#9a6700}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;
--paper:#0d1117;--tint:#151b23;--pass:#3fb950;--fail:#f85149;--error:#ab7df8;--inconclusive:#d29922;
--none:#9198a1;--c0:#58a6ff;--c1:#f0883e;--c2:#3fb950;--c3:#bc8cff;--c4:#ff7bbf;--c5:#9198a1;
--c6:#2dd4bf;--c7:#e3b341}}
*{box-sizing:border-box}
body{font:15px/1.45 system-ui,"Noto Sans","DejaVu Sans","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif;
color:var(--ink);background:var(--paper);margin:0 auto;max-width:66rem;padding:1.2rem 2.6rem 3rem 1.2rem}
header{display:flex;gap:1.1rem;align-items:center;margin:.3rem 0 .8rem}
h1{font-size:1.6rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:1.6rem 0 .5rem;padding-bottom:.2rem;border-bottom:2px solid var(--line)}
h3{font-size:1rem;margin:1.1rem 0 .4rem}
p{margin:.4rem 0}ul{margin:.4rem 0;padding-left:1.2rem}li{overflow-wrap:anywhere}
.sub{color:var(--soft);font-size:.86rem;margin:.1rem 0;overflow-wrap:anywhere}
.verdict{font-weight:700;color:var(--v);white-space:nowrap}
.pass{--v:var(--pass)}.fail{--v:var(--fail)}.error{--v:var(--error)}
.inconclusive{--v:var(--inconclusive)}.none{--v:var(--none)}
header .verdict{font-size:1.5rem;color:var(--paper);background:var(--v);padding:.35rem .9rem;border-radius:.4rem}
.provenance{font-weight:700;text-align:center;color:#3d2b00;letter-spacing:.04em;margin:0 0 .8rem;
padding:.35rem;background:repeating-linear-gradient(135deg,#ffd866 0 14px,#ffe79a 14px 28px)}
.tiles{display:flex;flex-wrap:wrap;gap:.5rem;margin:.9rem 0 .3rem}
.tile{flex:1 1 6.5rem;background:var(--tint);border:1px solid var(--line);border-radius:.4rem;padding:.35rem .6rem}
.tile b{display:block;font-size:1.12rem}.tile span{color:var(--soft);font-size:.8rem}
table{border-collapse:collapse;width:100%;font-size:.86rem;margin:.3rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.24rem .5rem .24rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:3.4em}
td:first-child{min-width:6.6em}
thead th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--line);overflow-wrap:normal}
.n{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}
td.n,.t,.cause{white-space:nowrap}td i{color:var(--soft);font-style:normal}
.facts th{width:13rem;font-weight:600;color:var(--soft)}
td ul{margin:.15rem 0;font-size:.92em;color:var(--soft)}
small{display:block;color:var(--soft)}
.formula{color:var(--soft);font-size:.8rem}
code,pre{font:.86em/1.4 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere;white-space:pre-wrap}
pre{background:var(--tint);border:1px solid var(--line);border-radius:.4rem;padding:.6rem}
figure{margin:.5rem 0}figcaption{color:var(--soft);font-size:.8rem}
svg{display:block;width:100%;height:auto;font:10px system-ui,"Noto Sans","DejaVu Sans","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif;fill:var(--ink)}
svg .c0{--c:var(--c0)}svg .c1{--c:var(--c1)}svg .c2{--c:var(--c2)}svg .c3{--c:var(--c3)}
svg .c4{--c:var(--c4)}svg .c5{--c:var(--c5)}svg .c6{--c:var(--c6)}svg .c7{--c:var(--c7)}
.band{fill:var(--c);fill-opacity:.22;stroke:var(--c);stroke-opacity:.35;stroke-width:.5}
.mean{fill:none;stroke:var(--c);stroke-width:1.3;stroke-linejoin:round}.predicted{stroke-dasharray:4 3}
.key,.dot{fill:var(--c)}.hollow{fill:var(--paper);stroke:var(--c);stroke-width:1.4}
.whisker{stroke:var(--c);stroke-width:1.2}
.grid{stroke:var(--line);stroke-width:.6}.tick,.unit{fill:var(--soft)}.unit{font-weight:600}
.level{stroke:var(--ink);stroke-width:1;stroke-dasharray:5 3}.level-label{fill:var(--ink);font-size:9px}
.lane{fill:var(--tint)}.item{fill:var(--c5);fill-opacity:.85}.item-label{fill:#fff;font-size:9px}
.dwell{fill:#0969da;fill-opacity:.75}.ramp{fill:#6e7781;fill-opacity:.45}
.cause-thermal{fill:#cf222e;--k:#cf222e}.cause-power-cap,.cause-over-current,.cause-under-voltage{fill:#bc4c00;--k:#bc4c00}
.cause-user-cap{fill:#8250df;--k:#8250df}.cause-memory-pressure{fill:#0f766e;--k:#0f766e}
.cause-contention,.cause-workload,.cause-unknown{fill:#6e7781;--k:#6e7781}
.cause{border-left:4px solid var(--k);padding-left:.4rem}
.incident,.fault{fill:var(--fail)}.event{fill:var(--c7)}
.shade{fill:var(--c0);fill-opacity:.1}.instant{fill:var(--fail);fill-opacity:.9}
.banner{fill:var(--inconclusive);fill-opacity:.16;font-size:64px;font-weight:800;letter-spacing:.12em}
.edge{position:fixed;right:.4rem;top:1rem;bottom:1rem;writing-mode:vertical-rl;text-align:center;
font-size:.72rem;color:var(--soft);overflow:hidden;white-space:nowrap}
.edge.marked{color:#3d2b00;background:#ffe79a;padding:0 .15rem}
footer{margin-top:2rem;color:var(--soft);font-size:.8rem;border-top:1px solid var(--line);padding-top:.4rem}
@page{size:A4;margin:12mm 10mm 14mm 12mm}
@media print{:root{font-size:9.6pt}body{font-size:8.6pt;line-height:1.35;max-width:none;padding:0 8mm 0 0}h2{margin:.9rem 0 .3rem}h1{font-size:1.4rem}
header{margin:.1rem 0 .4rem}.provenance{padding:.2rem;margin-bottom:.5rem}table{font-size:7.8pt}.formula,.sub,td small{font-size:7.2pt}p,ul{margin:.25rem 0}.edge{right:0;top:0;bottom:0}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
section.first{break-after:page}h2,h3{break-after:avoid}figure,tr,.tiles,header{break-inside:avoid}
thead{display:table-header-group}}
)css";

constexpr const char* kPolicy = "default-src 'none'; style-src 'unsafe-inline'";

}  // namespace

std::string html_page(const PageFrame& frame, const Markup& content, const Words& words) {
  const Markup head =
      element("meta", {{"charset", "utf-8"}}) +
      element("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", kPolicy}}) +
      element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
      element("meta", {{"name", "generator"}, {"content", "soakrig"}}) +
      element("title", frame.title) + element("style", Markup::trusted(kStyle));
  const Markup edge =
      element("div", {{"class", frame.marked ? "edge marked" : "edge"}}, frame.edge);
  const Markup footer =
      element("footer", Markup(words.made_by) + " " + version() + " (" + commit() + ")");
  return "<!DOCTYPE html>\n" +
         element("html", {{"lang", std::string(words.code)}},
                 element("head", head) + Markup::trusted("\n") +
                     element("body", edge + content + footer))
             .str() +
         "\n";
}

}  // namespace soakrig::report
