// What charts write on every page.
window.guanghe = {
  // Numbers of charts as bot/pictures/numbers.py writes them: 1.2万, 3亿.
  number(value) {
    for (const [unit, name] of [[1e8, "亿"], [1e4, "万"]]) {
      if (Math.abs(value) >= unit) return `${Math.trunc(+((value / unit) * 1e4).toFixed(6)) / 1e4}${name}`;
    }
    return `${+value.toPrecision(6)}`;
  },

  amount(value, unit) {
    if (value == null) return "没有数据";
    return `${value.toLocaleString("zh-CN", { maximumFractionDigits: Math.abs(value) < 0.1 ? 4 : 2 })}${unit}`;
  },
};
