function sorted(names) {
  return names.slice().sort();
}
