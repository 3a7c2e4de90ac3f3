'use strict';
// All of this is comfort: without it every figure is there. Sorting, finding, CSV, and names at the pointer.
(function () {
  var root = document.documentElement, words = document.body.dataset;
  root.className = 'js';

  function number(text) {
    var value = parseFloat(text.replace(/,/g, '').replace('\u2212', '-'));
    return isNaN(value) ? -Infinity : value;
  }

  function sort(table, column, heading) {
    var down = heading.getAttribute('aria-sort') !== 'descending' && (column > 1 || heading.getAttribute('aria-sort') === 'ascending');
    var body = table.tBodies[0], isText = column < 2 || table.dataset.file === 'factors';
    var rows = Array.from(body.rows).map(function (row) {
      var text = row.cells[column].textContent;
      return { row: row, key: isText ? text : number(text) };
    });
    rows.sort(function (a, b) {
      var order = isText ? a.key.localeCompare(b.key, root.lang, { numeric: true }) : (a.key > b.key) - (a.key < b.key);
      return down ? -order : order;
    });
    rows.forEach(function (item) { body.appendChild(item.row); });
    Array.from(table.tHead.rows[0].cells).forEach(function (cell) { cell.removeAttribute('aria-sort'); });
    heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  }

  function addSorting(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (cell, column) {
      var button = document.createElement('button');
      button.type = 'button';
      while (cell.firstChild) button.appendChild(cell.firstChild);
      button.title = words.sort + ' ' + button.textContent;
      button.addEventListener('click', function () { sort(table, column, cell); });
      cell.appendChild(button);
    });
  }

  // A cell that a spreadsheet would take for a formula is marked as text.
  function quote(cell) {
    var text = cell.textContent.trim().replace(/\s+/g, ' ');
    if (cell.tagName === 'TD' && /^\u2212?[\d,.]+$/.test(text)) text = text.replace(/,/g, '').replace('\u2212', '-');
    else if (/^[=+\-@]/.test(text)) text = "'" + text;
    return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function addDownload(table, place) {
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'csv';
    button.textContent = words.csv;
    button.addEventListener('click', function () {
      var lines = [table.tHead.rows[0]].concat(Array.from(table.tBodies[0].rows)).map(function (row) {
        return Array.from(row.cells).map(quote).join(',');
      });
      var link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['\ufeff' + lines.join('\r\n') + '\r\n'], { type: 'text/csv' }));
      link.download = table.dataset.file + '.csv';
      document.body.appendChild(link);
      link.click();
      link.remove();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
    });
    place.parentNode.insertBefore(button, place);
  }

  function addFinder(table, place) {
    var finder = document.createElement('input');
    finder.type = 'search';
    finder.placeholder = words.filter;
    finder.setAttribute('aria-label', words.filter);
    finder.addEventListener('input', function () {
      var wanted = finder.value.toLowerCase();
      Array.from(table.tBodies[0].rows).forEach(function (row) {
        row.hidden = (row.cells[0].textContent + ' ' + row.cells[1].textContent).toLowerCase().indexOf(wanted) < 0;
      });
    });
    place.parentNode.insertBefore(finder, place);
  }

  // "-1234.5" as other tables have it.
  function group(text) {
    var parts = text.replace('-', '\u2212').split('.');
    parts[0] = parts[0].replace(/\d(?=(\d{3})+$)/g, '$&,');
    return parts.join('.');
  }

  // Where there are very many regions, a cell holds a line of each, and the paths of the map are in the same order.
  function unfold(table) {
    var level = table.dataset.file.replace('level', ''), body = document.createElement('tbody');
    var columns = Array.from(table.tBodies[0].rows[0].cells, function (cell) { return cell.textContent.split('\n'); });
    var paths = document.querySelectorAll('.l' + level + ' .folded .regions path');
    columns[0].forEach(function (name, k) {
      var row = body.insertRow(), head = document.createElement('th'), link = document.createElement('a');
      row.id = 'r' + level + '-' + k;
      head.scope = 'row';
      link.href = '#' + row.id;
      link.textContent = name;
      head.appendChild(link);
      row.appendChild(head);
      for (var c = 1; c < columns.length; c++) row.insertCell().textContent = c > 1 ? group(columns[c][k]) : columns[c][k];
      if (!paths[k] || !paths[k].hasAttribute('d')) return;
      var place = document.createElementNS('http://www.w3.org/2000/svg', 'a');
      place.setAttribute('href', '#' + row.id);
      place.setAttribute('aria-label', name);
      place.row = row;
      paths[k].replaceWith(place);
      place.appendChild(paths[k]);
    });
    table.tBodies[0].replaceWith(body);
    table.classList.remove('lines');
  }
  document.querySelectorAll('.lines').forEach(unfold);

  document.querySelectorAll('table[data-file]').forEach(function (table) {
    var scroll = table.parentNode;
    addSorting(table);
    if (!table.classList.contains('figures')) return;
    addFinder(table, scroll);
    addDownload(table, scroll);
  });

  // The name and the chosen figure of a region, beside it.
  var tip = document.createElement('div');
  tip.id = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  document.body.appendChild(tip);
  var measures = Array.from(document.querySelectorAll('input[name=measure]'));

  // Name, figure and unit of a place on the map.
  function describe(link, measure) {
    if (!link.row) {
      var parts = link.querySelector('text').textContent.split('; '), values = parts.splice(parts.length - measures.length);
      var unit = document.querySelector('.' + measure.id + ' .sub').textContent.split(',')[0], value = values[measures.indexOf(measure)];
      return [parts.join('; '), value.indexOf(unit) < 0 ? value + ' ' + unit : value];
    }
    var head = link.row.closest('table').querySelector('[data-map=' + measure.id + ']');
    var shown = head && link.row.cells[head.cellIndex].textContent;
    return [link.row.cells[0].textContent, shown ? shown + ' ' + head.querySelector('small').textContent : '–'];
  }

  function show(event) {
    var link = event.target.closest && event.target.closest('.map a');
    if (!link) { tip.hidden = true; return; }
    var said = describe(link, measures.find(function (input) { return input.checked; }));
    var box = link.querySelector('path').getBoundingClientRect(), name = document.createElement('b');
    name.textContent = said[0];
    tip.replaceChildren(name, said[1]);
    tip.hidden = false;
    var x = event.clientX === undefined ? box.left + box.width / 2 : event.clientX;
    var y = event.clientY === undefined ? box.top + box.height / 2 : event.clientY;
    tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.max(8, Math.min(y + 14, innerHeight - tip.offsetHeight - 8)) + 'px';
  }
  document.querySelectorAll('.map').forEach(function (map) {
    map.addEventListener('mousemove', show);
    map.addEventListener('focusin', show);
    map.addEventListener('mouseleave', function () { tip.hidden = true; });
    map.addEventListener('focusout', function () { tip.hidden = true; });
  });

  // Where the page of a region was opened from is where its closing leads.
  var place = 0;
  function isPage() { return /^#[pr][\d-]+$/.test(location.hash); }
  document.addEventListener('click', function () { if (!isPage()) place = scrollY; }, true);
  function close() {
    history.pushState(null, '', '#table');
    location.hash = '#table-title';
    scrollTo(0, place);
  }
  // A row can be linked to while another level is shown.
  function showLevel() {
    var row = isPage() && document.querySelector(location.hash), level = row && row.closest('.lv');
    if (level) document.getElementById(level.className.match(/l\d+/)[0]).checked = true;
    if (row && row.cells) Array.from(row.closest('table').tHead.rows[0].cells).forEach(function (head, i) {
      var unit = head.querySelector('small');
      row.cells[i].dataset.label = unit ? head.textContent.replace(unit.textContent, '').trim() + ', ' + unit.textContent : head.textContent;
    });
  }
  addEventListener('hashchange', showLevel);
  showLevel();
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape' && isPage()) close(); });
  document.querySelectorAll('.close').forEach(function (link) {
    link.addEventListener('click', function (event) { event.preventDefault(); close(); });
  });
  addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (part) { part.open = true; });
  });
})();
