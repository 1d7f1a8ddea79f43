"""What each rule asks of the cells: further counting units, differences, amounts, people inside."""
